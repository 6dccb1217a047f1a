// Every function of CK_FUNCTION_LIST in the standard's order, but C_GetFunctionList (pinward-shim.c). Parameter
// names are the standard's (PKCS#11 v2.40 base, section 5); they appear in the log as names of outputs.

FORWARD(C_Initialize, (CK_VOID_PTR pInitArgs), (pInitArgs))
FORWARD(C_Finalize, (CK_VOID_PTR pReserved), (pReserved))
FORWARD(C_GetInfo, (CK_INFO_PTR pInfo), (pInfo), OUTPUTS(FIXED(pInfo)))

FORWARD(C_GetSlotList, (CK_BBOOL present, CK_SLOT_ID_PTR pSlotList, CK_ULONG_PTR pulCount),
        (present, pSlotList, pulCount), OUTPUTS(LIST(pSlotList, pulCount)))
FORWARD(C_GetSlotInfo, (CK_SLOT_ID slot, CK_SLOT_INFO_PTR pInfo), (slot, pInfo), OUTPUTS(FIXED(pInfo)))
FORWARD(C_GetTokenInfo, (CK_SLOT_ID slot, CK_TOKEN_INFO_PTR pInfo), (slot, pInfo), OUTPUTS(FIXED(pInfo)))
FORWARD(C_GetMechanismList, (CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR pMechanismList, CK_ULONG_PTR pulCount),
        (slot, pMechanismList, pulCount), OUTPUTS(LIST(pMechanismList, pulCount)))
FORWARD(C_GetMechanismInfo, (CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo),
        (slot, type, pInfo), OUTPUTS(FIXED(pInfo)))
FORWARD(C_InitToken, (CK_SLOT_ID slot, CK_UTF8CHAR_PTR pPin, CK_ULONG n, CK_UTF8CHAR_PTR pLabel),
        (slot, pPin, n, pLabel))
FORWARD(C_InitPIN, (CK_SESSION_HANDLE s, CK_UTF8CHAR_PTR pPin, CK_ULONG n), (s, pPin, n), .session = s)
FORWARD(C_SetPIN, (CK_SESSION_HANDLE s, CK_UTF8CHAR_PTR pOld, CK_ULONG old, CK_UTF8CHAR_PTR pNew, CK_ULONG n),
        (s, pOld, old, pNew, n), .session = s)

FORWARD(C_OpenSession, (CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR app, CK_NOTIFY notify,
        CK_SESSION_HANDLE_PTR phSession), (slot, flags, app, notify, phSession), OUTPUTS(FIXED(phSession)))
FORWARD(C_CloseSession, (CK_SESSION_HANDLE s), (s), .session = s)
FORWARD(C_CloseAllSessions, (CK_SLOT_ID slot), (slot))
FORWARD(C_GetSessionInfo, (CK_SESSION_HANDLE s, CK_SESSION_INFO_PTR pInfo), (s, pInfo), .session = s,
        OUTPUTS(FIXED(pInfo)))
FORWARD(C_GetOperationState, (CK_SESSION_HANDLE s, CK_BYTE_PTR pOperationState, CK_ULONG_PTR count),
        (s, pOperationState, count), .session = s, OUTPUTS(BYTES(pOperationState, count)))
FORWARD(C_SetOperationState, (CK_SESSION_HANDLE s, CK_BYTE_PTR pState, CK_ULONG n, CK_OBJECT_HANDLE key,
        CK_OBJECT_HANDLE mac), (s, pState, n, key, mac), .session = s, .object = key)
FORWARD(C_Login, (CK_SESSION_HANDLE s, CK_USER_TYPE user, CK_UTF8CHAR_PTR pPin, CK_ULONG n),
        (s, user, pPin, n), .session = s)
FORWARD(C_Logout, (CK_SESSION_HANDLE s), (s), .session = s)

FORWARD(C_CreateObject, (CK_SESSION_HANDLE s, CK_ATTRIBUTE_PTR t, CK_ULONG n, CK_OBJECT_HANDLE_PTR phObject),
        (s, t, n, phObject), .session = s, TEMPLATE(t, n), OUTPUTS(FIXED(phObject)))
FORWARD(C_CopyObject, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_PTR t, CK_ULONG n,
        CK_OBJECT_HANDLE_PTR phNewObject), (s, o, t, n, phNewObject), .session = s, .object = o, TEMPLATE(t, n),
        OUTPUTS(FIXED(phNewObject)))
FORWARD(C_DestroyObject, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o), (s, o), .session = s, .object = o)
FORWARD(C_GetObjectSize, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ULONG_PTR pulSize), (s, o, pulSize),
        .session = s, .object = o, OUTPUTS(FIXED(pulSize)))
FORWARD(C_GetAttributeValue, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_PTR t, CK_ULONG n),
        (s, o, t, n), .session = s, .object = o, TEMPLATE(t, n), .reads_attributes = true)
FORWARD(C_SetAttributeValue, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_PTR t, CK_ULONG n),
        (s, o, t, n), .session = s, .object = o, TEMPLATE(t, n))
FORWARD(C_FindObjectsInit, (CK_SESSION_HANDLE s, CK_ATTRIBUTE_PTR t, CK_ULONG n), (s, t, n), .session = s,
        TEMPLATE(t, n))
FORWARD(C_FindObjects, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE_PTR phObject, CK_ULONG max, CK_ULONG_PTR count),
        (s, phObject, max, count), .session = s, OUTPUTS(LIST_OF(phObject, max, count)))
FORWARD(C_FindObjectsFinal, (CK_SESSION_HANDLE s), (s), .session = s)

// The five-argument shape: data in, bytes out.
#define TRANSFORM(name, output, ...)                                                                     \
  FORWARD(name, (CK_SESSION_HANDLE s, CK_BYTE_PTR in, CK_ULONG n, CK_BYTE_PTR output, CK_ULONG_PTR count), \
          (s, in, n, output, count), .session = s, OUTPUTS(BYTES(output, count)), __VA_ARGS__)
#define FINISH(name, output)                                                                     \
  FORWARD(name, (CK_SESSION_HANDLE s, CK_BYTE_PTR output, CK_ULONG_PTR count), (s, output, count), \
          .session = s, OUTPUTS(BYTES(output, count)))
#define TAKE(name) FORWARD(name, (CK_SESSION_HANDLE s, CK_BYTE_PTR in, CK_ULONG n), (s, in, n), .session = s)
#define START(name)                                                                          \
  FORWARD(name, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_OBJECT_HANDLE key), (s, m, key), \
          .session = s, .object = key, .mechanism = m)

START(C_EncryptInit)
TRANSFORM(C_Encrypt, pEncryptedData)
TRANSFORM(C_EncryptUpdate, pEncryptedPart)
FINISH(C_EncryptFinal, pLastEncryptedPart)
START(C_DecryptInit)
TRANSFORM(C_Decrypt, pData, CIPHERTEXT(in, n))
TRANSFORM(C_DecryptUpdate, pPart, CIPHERTEXT(in, n))
FINISH(C_DecryptFinal, pLastPart)
FORWARD(C_DigestInit, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m), (s, m), .session = s, .mechanism = m)
TRANSFORM(C_Digest, pDigest)
TAKE(C_DigestUpdate)
FORWARD(C_DigestKey, (CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key), (s, key), .session = s, .object = key)
FINISH(C_DigestFinal, pDigest)
START(C_SignInit)
TRANSFORM(C_Sign, pSignature)
TAKE(C_SignUpdate)
FINISH(C_SignFinal, pSignature)
START(C_SignRecoverInit)
TRANSFORM(C_SignRecover, pSignature)
START(C_VerifyInit)
FORWARD(C_Verify, (CK_SESSION_HANDLE s, CK_BYTE_PTR data, CK_ULONG n, CK_BYTE_PTR signature, CK_ULONG length),
        (s, data, n, signature, length), .session = s)
TAKE(C_VerifyUpdate)
TAKE(C_VerifyFinal)
START(C_VerifyRecoverInit)
TRANSFORM(C_VerifyRecover, pData)
TRANSFORM(C_DigestEncryptUpdate, pEncryptedPart)
TRANSFORM(C_DecryptDigestUpdate, pPart, CIPHERTEXT(in, n))
TRANSFORM(C_SignEncryptUpdate, pEncryptedPart)
TRANSFORM(C_DecryptVerifyUpdate, pPart, CIPHERTEXT(in, n))

FORWARD(C_GenerateKey, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_ATTRIBUTE_PTR t, CK_ULONG n,
        CK_OBJECT_HANDLE_PTR phKey), (s, m, t, n, phKey), .session = s, .mechanism = m, TEMPLATE(t, n),
        OUTPUTS(FIXED(phKey)))
FORWARD(C_GenerateKeyPair, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_ATTRIBUTE_PTR public, CK_ULONG n,
        CK_ATTRIBUTE_PTR private, CK_ULONG k, CK_OBJECT_HANDLE_PTR phPublicKey, CK_OBJECT_HANDLE_PTR phPrivateKey),
        (s, m, public, n, private, k, phPublicKey, phPrivateKey), .session = s, .mechanism = m,
        TEMPLATE(private, k), OUTPUTS(FIXED(phPublicKey), FIXED(phPrivateKey)))
FORWARD(C_WrapKey, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key,
        CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR count), (s, m, wrapping, key, pWrappedKey, count), .session = s,
        .mechanism = m, .object = wrapping, .wrapped_key = key, OUTPUTS(BYTES(pWrappedKey, count)))
FORWARD(C_UnwrapKey, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_OBJECT_HANDLE unwrapping, CK_BYTE_PTR wrapped,
        CK_ULONG length, CK_ATTRIBUTE_PTR t, CK_ULONG n, CK_OBJECT_HANDLE_PTR phKey),
        (s, m, unwrapping, wrapped, length, t, n, phKey), .session = s, .mechanism = m, .object = unwrapping,
        CIPHERTEXT(wrapped, length), TEMPLATE(t, n), OUTPUTS(FIXED(phKey)))
FORWARD(C_DeriveKey, (CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_OBJECT_HANDLE base, CK_ATTRIBUTE_PTR t,
        CK_ULONG n, CK_OBJECT_HANDLE_PTR phKey), (s, m, base, t, n, phKey), .session = s, .mechanism = m,
        .object = base, TEMPLATE(t, n), OUTPUTS(FIXED(phKey)))

TAKE(C_SeedRandom)
FORWARD(C_GenerateRandom, (CK_SESSION_HANDLE s, CK_BYTE_PTR RandomData, CK_ULONG n), (s, RandomData, n),
        .session = s, OUTPUTS(LIST_OF(RandomData, n, NULL)))
FORWARD(C_GetFunctionStatus, (CK_SESSION_HANDLE s), (s), .session = s)
FORWARD(C_CancelFunction, (CK_SESSION_HANDLE s), (s), .session = s)
FORWARD(C_WaitForSlotEvent, (CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR reserved), (flags, pSlot, reserved),
        OUTPUTS(FIXED(pSlot)))
