export { CheckOtp, type GivenOtp, type WrongCodeLimit } from './check-otp.js';
export { IssueOtp } from './issue-otp.js';
export { newCode, OTP_PURPOSES, type MakeCode, type OtpBinding, type OtpPurpose } from './one-time-code.js';
export { deliverOtps, openCode, type OtpDelivery } from './persistence/deliver.js';
export { expireOtps } from './persistence/expire.js';
export { eraseOtps, otpIsLive, useOtp } from './persistence/use.js';
