/** Every PKCS#11 function that may be called while requests are served, and what for. All others are forbidden. */
export const WHILE_SERVING: Readonly<Record<string, string>> = {
  C_UnwrapKey: 'opens an envelope into a PIN object',
  C_WrapKey: 'makes R0 of a PIN object, which is compared instead of the PIN',
  C_CreateObject: 'PIN objects of the weak list, from PINs that are public',
  C_DestroyObject: 'ends every PIN object',
  C_SignInit: 'begins an HMAC with a lookup or otp key, or a signature with a signing key',
  C_Sign:
    'HMACs of PANs, of one-time passwords, and once a process of the key for request bodies; access tokens; tree heads; the set of published keys',
  C_GenerateRandom: 'the IV of every sealed value',
  C_EncryptInit: 'begins to seal, with a card-vault or secrets key',
  C_Encrypt: 'seals card data, and codes on their way to the cardholder',
  C_DecryptInit: 'begins to open, with a card-vault or secrets key',
  C_Decrypt: 'opens them again: for a reveal, and for the message gateway',
};

/** Those for the start-up checks and for the end, besides the above. */
export const BEFORE_AND_AFTER: Readonly<Record<string, string>> = {
  C_GetFunctionList: 'loads the module; the spy tells, the shim answers itself',
  C_Initialize: 'begins',
  C_GetSlotList: 'finds the token',
  C_GetTokenInfo: 'finds the token by its label',
  C_OpenSession: 'one a worker, one for the start-up checks',
  C_CloseSession: 'ends that of the start-up checks',
  C_Login: 'once',
  C_FindObjectsInit: 'finds a key by its label',
  C_FindObjects: 'finds a key by its label',
  C_FindObjectsFinal: 'finds a key by its label',
  C_GetAttributeValue: 'checks the keys; and that a PIN object cannot be read',
  C_GetMechanismInfo: 'check 7: which mechanisms the token lists',
  C_SignRecoverInit: 'check 7: tried with a transport key, refused',
  C_DeriveKey: 'check 7: tried with a PIN object, refused; the control is a key of the session',
  C_GenerateKey:
    'check 7: a key of the session, for controls and as a key that PIN objects must not be wrapped with',
  C_CopyObject: 'check 7: the same, as a copy',
  C_SetAttributeValue: 'check 7: the same, to be marked TRUSTED, refused',
  C_DigestInit: 'check 6: whether C_DigestKey takes a PIN object',
  C_DigestKey: 'check 6; the digest is never asked for',
  C_Finalize: 'ends',
};
