/** Stable: codes are only added. */
export type EnvelopeFindingCode =
  | 'ENVELOPE_MALFORMED'
  | 'KID_UNKNOWN'
  | 'ALG_MISMATCH'
  | 'CIPHERTEXT_HEX'
  | 'CIPHERTEXT_BASE64'
  | 'CIPHERTEXT_PADDED'
  | 'CIPHERTEXT_WHITE_SPACE'
  | 'CIPHERTEXT_NOT_BASE64URL'
  | 'CIPHERTEXT_LENGTH'
  | 'CIPHERTEXT_OUT_OF_RANGE'
  | 'CIPHERTEXT_BYTE_ORDER'
  | 'PADDING_PKCS1'
  | 'PADDING_NONE'
  | 'OAEP_HASH'
  | 'MGF1_HASH'
  | 'OAEP_LABEL'
  | 'NOT_FOR_TEST_KEY'
  | 'FIELD_HEX_TEXT'
  | 'FIELD_BASE64_TEXT'
  | 'FIELD_PIN_ALONE'
  | 'FIELD_LENGTH'
  | 'FIELD_HALVES_SWAPPED'
  | 'BINDING_MISSING'
  | 'BINDING_HEX_TEXT'
  | 'BINDING_WHOLE_DIGEST'
  | 'BINDING_LAST_BYTES'
  | 'BINDING_UPPER_CASE_CARD_ID'
  | 'BINDING_CARD_ID_SPELLING'
  | 'BINDING_PREFIX'
  | 'BINDING_HASH'
  | 'BINDING_OTHER_CARD'
  | 'PIN_BLOCK_ASCII'
  | 'PIN_BLOCK_FORMAT_1'
  | 'PIN_BLOCK_FORMAT_2'
  | 'PIN_BLOCK_FORMAT_3'
  | 'PIN_BLOCK_FORMAT_4'
  | 'PIN_BLOCK_NOT_XORED'
  | 'PIN_BLOCK_FILL'
  | 'PIN_BLOCK_BYTE_ORDER'
  | 'PIN_BLOCK_UNKNOWN'
  | 'PIN_ACCOUNT_CHECK_DIGIT'
  | 'PIN_ACCOUNT_LEFTMOST'
  | 'PIN_ACCOUNT_SHIFTED'
  | 'PIN_ACCOUNT_OTHER'
  | 'PIN_OTHER';

type Explanation = readonly [title: string, remedy: string, hint: string];

/** What can be wrong with an envelope: what it is, and what to do about it, with the languages where it comes from. */
export const FINDINGS: Readonly<Record<EnvelopeFindingCode, Explanation>> = {
  ENVELOPE_MALFORMED: [
    'The envelope is not an object with the texts kid, alg and ciphertext.',
    'Send { "kid": …, "alg": …, "ciphertext": … }, all three as JSON strings.',
    '',
  ],
  KID_UNKNOWN: [
    'The kid is none of the test keys.',
    'Take kid, alg, n and e from one of the published test keys (check-envelope --keys): no other can be opened here.',
    '',
  ],
  ALG_MISMATCH: [
    'The alg is not that of the key.',
    'Copy alg from the key, and let it decide the hash.',
    'JOSE libraries: RSA-OAEP is SHA-1, RSA-OAEP-256 is SHA-256, and the service has no others.',
  ],
  CIPHERTEXT_HEX: [
    'The ciphertext is hexadecimal text.',
    'Write the bytes as base64url without padding (RFC 4648, section 5).',
    "Node.js: toString('base64url'). Go: base64.RawURLEncoding.",
  ],
  CIPHERTEXT_BASE64: [
    'The ciphertext is base64, with + or /.',
    'Use the URL-safe alphabet: - for + and _ for /.',
    'Java: Base64.getUrlEncoder(). Android: Base64.URL_SAFE. Python: urlsafe_b64encode. Swift and C#: replace them yourself.',
  ],
  CIPHERTEXT_PADDED: [
    'The ciphertext ends in =.',
    'Leave the padding out.',
    'Java: withoutPadding(). Android: Base64.NO_PADDING. Python: rstrip(b"="). Go: RawURLEncoding, not URLEncoding.',
  ],
  CIPHERTEXT_WHITE_SPACE: [
    'The ciphertext has line breaks or blanks in it.',
    'Write it on one line.',
    'openssl base64 -A. Android: Base64.NO_WRAP. Java: the URL encoder, not the MIME encoder. Ruby: strict_encode64.',
  ],
  CIPHERTEXT_NOT_BASE64URL: [
    'The ciphertext is no canonical base64url.',
    'Encode the bytes of the ciphertext once, and nothing else.',
    'Bytes that became a string on their way (latin1, UTF-8) are lost.',
  ],
  CIPHERTEXT_LENGTH: [
    'The ciphertext is not as long as the modulus.',
    'Send all bytes that RSA gives, 256 for the test key; a leading zero byte belongs to it.',
    'Java: BigInteger.toByteArray drops and adds zero bytes; Cipher.doFinal does not. Or it was encrypted under another key.',
  ],
  CIPHERTEXT_OUT_OF_RANGE: [
    'The ciphertext is no number between 0 and the modulus.',
    'Encrypt under n and e of the test key, and send the bytes as they come.',
    '',
  ],
  CIPHERTEXT_BYTE_ORDER: [
    'The bytes of the ciphertext are in reverse order.',
    'Send them with the highest first (RFC 8017, I2OSP).',
    'Windows CryptoAPI: CryptEncrypt gives the lowest first; BCryptEncrypt of CNG does not.',
  ],
  PADDING_PKCS1: [
    'It is encrypted with PKCS#1 v1.5 padding.',
    'Use OAEP.',
    'Java and Android: "RSA" means PKCS#1, write "RSA/ECB/OAEPPadding" with an OAEPParameterSpec. openssl: rsa_padding_mode:oaep. Swift: .rsaEncryptionOAEPSHA1 or …SHA256. C#: RSAEncryptionPadding.OaepSHA1 or OaepSHA256. PHP: OPENSSL_PKCS1_OAEP_PADDING.',
  ],
  PADDING_NONE: [
    'It is encrypted without padding.',
    'Use OAEP.',
    'Java: not "RSA/ECB/NoPadding". openssl: rsa_padding_mode:oaep, not none. Python: not pow().',
  ],
  OAEP_HASH: [
    'OAEP uses another hash than alg says.',
    'Choose the hash of OAEP by alg: SHA-1 for RSA-OAEP, SHA-256 for RSA-OAEP-256.',
    "Node.js: oaepHash is 'sha1' unless given. openssl: rsa_oaep_md is sha1 unless given. Python: the second argument of padding.OAEP.",
  ],
  MGF1_HASH: [
    'MGF1 uses another hash than OAEP.',
    'Give MGF1 the same hash as OAEP.',
    'Java and Android: "OAEPWithSHA-256AndMGF1Padding" has MGF1 with SHA-1: write new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT). openssl: set rsa_mgf1_md too. Python: padding.MGF1(hash).',
  ],
  OAEP_LABEL: [
    'OAEP has a label.',
    'Leave the label (PSource, encoding parameters) empty.',
    'Java: PSource.PSpecified.DEFAULT. Python: label=None. Go: EncryptOAEP(…, nil). WebCrypto: no label.',
  ],
  NOT_FOR_TEST_KEY: [
    'It does not open with the test key.',
    'Encrypt under n and e of docs/vectors/pin-envelope.json, once, and send the bytes unchanged.',
    'Another key, e of 3, bytes that became text on their way, or encrypted twice.',
  ],
  FIELD_HEX_TEXT: [
    'Hexadecimal text is encrypted instead of bytes.',
    'Turn the digits into 16 bytes before you encrypt.',
    "Node.js: Buffer.from(text, 'hex'). Python: bytes.fromhex. Java: HexFormat.of().parseHex. Go: hex.DecodeString. Shell: xxd -r -p.",
  ],
  FIELD_BASE64_TEXT: [
    'Base64 text is encrypted instead of bytes.',
    'Encrypt the 16 bytes themselves.',
    'Only the ciphertext is written as text.',
  ],
  FIELD_PIN_ALONE: [
    'The digits of a PIN are encrypted, and no PIN field.',
    'Encrypt the 16 bytes of docs/pin-envelope.md, section 2: PIN block, then card binding.',
    '',
  ],
  FIELD_LENGTH: [
    'The PIN field is not 16 bytes long.',
    'Encrypt exactly 16 bytes: 8 of the PIN block and 8 of the card binding.',
    '15: a byte is lost, e.g. by BigInteger or a trimmed zero. 17: a byte too many, e.g. a sign byte of BigInteger, or the line end of echo (use printf).',
  ],
  FIELD_HALVES_SWAPPED: ['The card binding stands before the PIN block.', 'Put the PIN block first.', ''],
  BINDING_MISSING: [
    'There is a PIN block and no card binding.',
    'Append the first 8 bytes of SHA-256("pinward:card:" + cardId).',
    '',
  ],
  BINDING_HEX_TEXT: [
    'The card binding is hexadecimal text.',
    'Append 8 bytes of the digest, not 8 or 16 of its digits.',
    "Python: digest(), not hexdigest(). Node.js: digest(), not digest('hex'). PHP: hash(…, true).",
  ],
  BINDING_WHOLE_DIGEST: ['The whole digest is appended.', 'Take the first 8 bytes of it.', ''],
  BINDING_LAST_BYTES: [
    'The card binding is the end of the digest.',
    'Take the first 8 bytes of the digest, not the last.',
    '',
  ],
  BINDING_UPPER_CASE_CARD_ID: [
    'The card binding is made of the card id in upper case.',
    'Hash the card id as the service writes it, in lower case.',
    'Swift: UUID().uuidString is upper case; keep the text, or lowercased(). C#: Guid.ToString("D") is lower case. Oracle and SQL Server give upper case.',
  ],
  BINDING_CARD_ID_SPELLING: [
    'The card binding is made of the card id in another spelling: without hyphens, in braces, as 16 bytes, or with blanks or a line end.',
    'Hash the text of the card id exactly as the service writes it, 36 characters.',
    'Shell: printf, not echo. C#: Guid.ToString("D"), and not ToByteArray(). Java: UUID.toString().',
  ],
  BINDING_PREFIX: [
    'The card binding is made without the prefix.',
    'Hash "pinward:card:" followed by the card id.',
    '',
  ],
  BINDING_HASH: [
    'The card binding is made with another hash.',
    'Use SHA-256 for the binding, whatever the hash of OAEP is.',
    '',
  ],
  BINDING_OTHER_CARD: [
    'The card binding is not of this card.',
    'Hash "pinward:card:" and the cardId of the card that the request names, in UTF-8; the service takes such an envelope for a wrong PIN.',
    'cardId and cardRef are two things.',
  ],
  PIN_BLOCK_ASCII: [
    'The PIN block is text instead of nibbles.',
    'Build ISO 9564-1 format 0: two digits in a byte.',
    '',
  ],
  PIN_BLOCK_FORMAT_1: [
    'The PIN block is of ISO 9564-1 format 1.',
    'Build format 0: 0, the length, the PIN, F to the end, XOR the PIN account.',
    'HSM and EMV libraries: choose ISO-0, ANSI X9.8 or VISA-1.',
  ],
  PIN_BLOCK_FORMAT_2: [
    'The PIN block is of ISO 9564-1 format 2.',
    'Build format 0: the first digit is 0, and the PIN account is XORed.',
    'Format 2 is for smart cards (EMV VERIFY).',
  ],
  PIN_BLOCK_FORMAT_3: [
    'The PIN block is of ISO 9564-1 format 3.',
    'Build format 0: the first digit is 0, and the fill is F, not random.',
    'A field with a random part never equals the stored one.',
  ],
  PIN_BLOCK_FORMAT_4: [
    'The field is the plaintext field of an ISO 9564-1 format 4 PIN block.',
    'Build format 0, 8 bytes, and append the card binding.',
    'Format 4 is enciphered with AES; here OAEP does that.',
  ],
  PIN_BLOCK_NOT_XORED: [
    'The PIN account is not XORed into the PIN block.',
    'XOR the 8 bytes with 0000 and the 12 digits of the PIN account.',
    '',
  ],
  PIN_BLOCK_FILL: [
    'The PIN is not filled up with F.',
    'Fill the digits with F up to 16 before the XOR.',
    'Python: ljust(16, \'F\'). Java: not "%-16s" with blanks or zeros.',
  ],
  PIN_BLOCK_BYTE_ORDER: [
    'The bytes of the PIN block are in reverse order.',
    'Write the 8 bytes with the highest first (big endian).',
    'C#: BinaryPrimitives.WriteUInt64BigEndian, not BitConverter. Go: binary.BigEndian. Swift: .bigEndian. Node.js: writeBigUInt64BE.',
  ],
  PIN_BLOCK_UNKNOWN: [
    'The PIN block is none of the known kinds.',
    'Build ISO 9564-1 format 0 as docs/pin-envelope.md, section 2, and compare with docs/vectors/pin-field.json.',
    '',
  ],
  PIN_ACCOUNT_CHECK_DIGIT: [
    'The PIN account has the check digit in it.',
    "Take the 12 digits before the check digit of the PAN, or the service's pinAccount as it is.",
    'Take all but the last digit first, then the last 12 of those.',
  ],
  PIN_ACCOUNT_LEFTMOST: [
    'The PIN account is the start of the PAN.',
    "Take the rightmost 12 digits without the check digit, or the service's pinAccount as it is.",
    '',
  ],
  PIN_ACCOUNT_SHIFTED: [
    'The digits of the PIN account stand in the wrong place.',
    'Put 0000 before the 12 digits, so that the last digit is in the last nibble.',
    'Pad on the left: padStart, rjust, String.format("%016d").',
  ],
  PIN_ACCOUNT_OTHER: [
    'The PIN block is made with the digits of another PIN account.',
    'Use the pinAccount that the service gave with this card.',
    'A PIN account is not the PAN, nor part of it, where the service made it.',
  ],
  PIN_OTHER: [
    'Everything is right, but it is not the PIN that you named.',
    'Look where the PIN comes from.',
    'Leading zeros are lost where a PIN is a number: keep it as text.',
  ],
};

export interface EnvelopeFinding {
  /** Stable. */
  readonly code: EnvelopeFindingCode;
  /** What is wrong, in general. */
  readonly title: string;
  /** What to do. */
  readonly remedy: string;
  /** Where it comes from, by language; may be empty. */
  readonly hint: string;
  /** What was found here, e.g. the hashes or the number of bytes; may be empty. Never a digit of a PIN. */
  readonly detail: string;
}

export function finding(code: EnvelopeFindingCode, detail = ''): EnvelopeFinding {
  const [title, remedy, hint] = FINDINGS[code];
  return { code, title, remedy, hint, detail };
}
