// Sets and validates a PIN with Swift 5.9 and the frameworks of iOS 15 or macOS 12. In an app on a phone only encryptPin has a place:
// its backend holds CLIENT_SECRET and makes the calls. The code at the end plays both sides; it reads PINWARD_URL, CLIENT_ID,
// CLIENT_SECRET and MANIFEST_PINS (separated by blanks) from the environment, and trusts what the system trusts.
import CryptoKit
import Foundation
import Security

struct KeySet: Decodable { let signed: String }

struct SignedKeys: Decodable {
    let keys: [PinKey]
    let exp: TimeInterval
}

struct PinKey: Decodable {
    let kid, kty, alg, n, e: String
    let current: Bool
}

struct Card: Decodable { let cardId, pinAccount: String }

struct Envelope: Encodable { let kid, alg, ciphertext: String }

struct Failure: Error { let reason: String }

/// A new envelope for every request: OAEP is random, and each ciphertext is accepted once.
///
/// - Parameters:
///   - keySet: the whole answer of GET /v1/pin-keys, as the backend passed it on
///   - manifestPins: shipped with the app, thumbprints of the current and the next manifest key
func encryptPin(_ pin: String, for card: Card, keySet: KeySet, manifestPins: [String]) throws -> Envelope {
    guard pin.range(of: "^[0-9]{4,12}$", options: .regularExpression) != nil else {
        throw Failure(reason: "a PIN has 4 to 12 digits")
    }
    let keys = try signedKeys(keySet.signed, manifestPins).filter { $0.kty == "RSA" && $0.current }
    guard let key = keys.first, keys.count == 1 else { throw Failure(reason: "no one current key") }
    // Each of these uses one hash for OAEP and for MGF1, as the service does.
    let algorithms: [String: SecKeyAlgorithm] = ["RSA-OAEP": .rsaEncryptionOAEPSHA1, "RSA-OAEP-256": .rsaEncryptionOAEPSHA256]
    guard let algorithm = algorithms[key.alg] else { throw Failure(reason: "an algorithm of a later version") }
    var field = pinField(pin, card)
    defer { field.resetBytes(in: 0..<field.count) }
    var error: Unmanaged<CFError>?
    guard let ciphertext = SecKeyCreateEncryptedData(try rsaKey(key), algorithm, field as CFData, &error) else {
        throw error!.takeRetainedValue()
    }
    return Envelope(kid: key.kid, alg: key.alg, ciphertext: base64url(ciphertext as Data))
}

/// The 16 bytes of docs/pin-envelope.md. The card id is the service's, in lower case: UUID().uuidString is in upper case.
func pinField(_ pin: String, _ card: Card) -> Data {
    let digits = "0" + String(pin.count, radix: 16) + pin
    let filled = digits.padding(toLength: 16, withPad: "F", startingAt: 0)
    let block = UInt64(filled, radix: 16)! ^ UInt64(card.pinAccount, radix: 16)!
    let binding = SHA256.hash(data: Data("pinward:card:\(card.cardId)".utf8))
    return withUnsafeBytes(of: block.bigEndian) { Data($0) } + Data(binding.prefix(8))
}

/// The keys of the compact JWS, once its signature, the thumbprint of its key and its end are right.
func signedKeys(_ jws: String, _ manifestPins: [String]) throws -> [PinKey] {
    struct Header: Decodable {
        struct Jwk: Decodable { let x, y: String }
        let alg, typ: String
        let jwk: Jwk
    }
    let parts = jws.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { throw Failure(reason: "not a compact JWS") }
    let header = try JSONDecoder().decode(Header.self, from: bytes(parts[0]))
    guard header.alg == "ES256", header.typ == "pinward-pin-keys+jws" else { throw Failure(reason: "another kind of JWS") }
    let members = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"\(header.jwk.x)\",\"y\":\"\(header.jwk.y)\"}"  // RFC 7638
    guard manifestPins.contains(base64url(Data(SHA256.hash(data: Data(members.utf8))))) else {
        throw Failure(reason: "a key that the app does not pin")
    }
    let key = try P256.Signing.PublicKey(rawRepresentation: bytes(header.jwk.x) + bytes(header.jwk.y))
    let signature = try P256.Signing.ECDSASignature(rawRepresentation: bytes(parts[2]))
    guard key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)) else {
        throw Failure(reason: "not signed by the pinned key")
    }
    let set = try JSONDecoder().decode(SignedKeys.self, from: bytes(parts[1]))
    guard set.exp + 300 > Date().timeIntervalSince1970 else {
        throw Failure(reason: "older than a day, or the clock is wrong")
    }
    return set.keys
}

/// SecKey takes an RSA key as PKCS#1 (RFC 8017, appendix A.1.1): a SEQUENCE of the two INTEGERs, not a SubjectPublicKeyInfo.
func rsaKey(_ key: PinKey) throws -> SecKey {
    func der(_ tag: UInt8, _ content: Data) -> Data {
        let count = content.count
        let length: [UInt8] = count < 128 ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
        return Data([tag] + length) + content
    }
    func integer(_ number: Data) -> Data { der(0x02, (number.first ?? 0) > 127 ? Data([0]) + number : number) }
    let pkcs1 = der(0x30, integer(try bytes(key.n)) + integer(try bytes(key.e)))
    let attributes = [kSecAttrKeyType: kSecAttrKeyTypeRSA, kSecAttrKeyClass: kSecAttrKeyClassPublic]
    var error: Unmanaged<CFError>?
    guard let made = SecKeyCreateWithData(pkcs1 as CFData, attributes as CFDictionary, &error) else {
        throw error!.takeRetainedValue()
    }
    return made
}

func base64url(_ data: Data) -> String {
    data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
}

func bytes(_ base64url: String) throws -> Data {
    let text = base64url.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    guard let data = Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)) else {
        throw Failure(reason: "not base64url")
    }
    return data
}

// The backend's side.
let environment = ProcessInfo.processInfo.environment
let baseUrl = URL(string: environment["PINWARD_URL"]!)!

func send(_ path: String, _ headers: [String: String], body: Data? = nil) async throws -> Data {
    var request = URLRequest(url: URL(string: path, relativeTo: baseUrl)!)
    request.httpMethod = body == nil ? "GET" : "POST"
    request.httpBody = body
    request.allHTTPHeaderFields = headers
    let (data, answer) = try await URLSession.shared.data(for: request)
    let status = (answer as! HTTPURLResponse).statusCode
    guard status < 300 else { throw Failure(reason: "\(status) \(String(decoding: data, as: UTF8.self))") }
    return data
}

func accessToken() async throws -> String {
    struct Answer: Decodable { let access_token: String }
    // Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
    let parts = ["CLIENT_ID", "CLIENT_SECRET"].map { environment[$0]!.addingPercentEncoding(withAllowedCharacters: .alphanumerics)! }
    let headers = [
        "Authorization": "Basic " + Data(parts.joined(separator: ":").utf8).base64EncodedString(),
        "Content-Type": "application/x-www-form-urlencoded",
    ]
    let answer = try await send("/v1/oauth/token", headers, body: Data("grant_type=client_credentials".utf8))
    return try JSONDecoder().decode(Answer.self, from: answer).access_token
}

let bearer = ["Authorization": "Bearer \(try await accessToken())"]

/// The same bytes with the same X-Request-ID may be sent again, and are carried out once.
func post<Body: Encodable>(_ path: String, _ body: Body) async throws -> Data {
    let own = ["Content-Type": "application/json", "X-Request-ID": UUID().uuidString.lowercased()]
    return try await send(path, bearer.merging(own) { $1 }, body: try JSONEncoder().encode(body))
}

let keySet = try JSONDecoder().decode(KeySet.self, from: try await send("/v1/pin-keys", bearer))
let card = try JSONDecoder().decode(Card.self, from: try await post("/v1/cards", ["cardRef": UUID().uuidString.lowercased()]))
let manifestPins = environment["MANIFEST_PINS"]!.split(separator: " ").map(String.init)
func body() throws -> [String: Envelope] {
    ["encryptedPin": try encryptPin("4071", for: card, keySet: keySet, manifestPins: manifestPins)]
}
let path = "/v1/cards/\(card.cardId)/pin"
print(String(decoding: try await post(path, try body()), as: UTF8.self))
// 200 does not mean that the PIN was right: look at "verified".
print(String(decoding: try await post("\(path)/validate", try body()), as: UTF8.self))
