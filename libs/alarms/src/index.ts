export {
  ACTIVITY_KINDS,
  forgetActivity,
  readActivity,
  type Activity,
  type ActivityKind,
} from './activity.js';
export { alarmView, type Alarm, type AlarmView } from './alarm.js';
export { DetectAlarms } from './detect-alarms.js';
export { forgetAlarms } from './forget-alarms.js';
export { ALARM_KINDS, type AlarmKind } from './kinds.js';
export { PauseClients } from './pause-clients.js';
export { ALARM_STATES, findAlarms, LATE_SECONDS, readAlarmState } from './stored-alarms.js';
