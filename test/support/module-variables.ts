/** Environment variables that the modules of the tests read; an HSM host inherits no variable that is not named. */
export const MODULE_VARIABLES = [
  ...['PINWARD_SHIM_MODULE', 'PINWARD_SHIM_LOG', 'PINWARD_SHIM_FAULTS', 'PINWARD_TUNNEL'],
  ...['PINWARD_CARELESS_MODULE', 'PINWARD_CARELESS_FIPS', 'PINWARD_CARELESS_LUNA', 'PINWARD_LUNA_MODULE'],
  ...['PINWARD_LUNA_OFFICER_LOGIN', 'PINWARD_LUNA_USER_LOGIN', 'PINWARD_LYING_MODULE', 'PINWARD_LIE'],
  ...['PKCS11SPY', 'PKCS11SPY_OUTPUT'],
].join(',');
