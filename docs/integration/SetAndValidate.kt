// Sets and validates a PIN with Kotlin on the JVM 17 (kotlinc, org.json); encryptPin and below run on Android from API 26 as they
// stand. In an app on a phone only encryptPin has a place: its backend holds CLIENT_SECRET and makes the calls. main plays both
// sides; it reads PINWARD_URL, CLIENT_ID, CLIENT_SECRET and MANIFEST_PINS (separated by blanks) from the environment, and trusts
// what the JVM trusts (-Djavax.net.ssl.trustStore).
import java.math.BigInteger
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.security.AlgorithmParameters
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.ECPoint
import java.security.spec.ECPublicKeySpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.RSAPublicKeySpec
import java.time.Instant
import java.util.Base64
import java.util.UUID
import javax.crypto.Cipher
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource
import org.json.JSONObject

fun main() {
    val api = Api(System.getenv("PINWARD_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"))
    val keySet = api.get("/v1/pin-keys")
    val card = api.post("/v1/cards", JSONObject().put("cardRef", UUID.randomUUID().toString()))
    val path = "/v1/cards/${card.getString("cardId")}/pin"
    val pins = System.getenv("MANIFEST_PINS").split(" ")
    fun envelope() = encryptPin("4071", card.getString("pinAccount"), card.getString("cardId"), keySet, pins)
    println(api.post(path, JSONObject().put("encryptedPin", envelope())))
    // 200 does not mean that the PIN was right: look at "verified".
    println(api.post("$path/validate", JSONObject().put("encryptedPin", envelope())))
}

/**
 * A new envelope for every request: OAEP is random, and each ciphertext is accepted once.
 *
 * @param keySet the whole answer of GET /v1/pin-keys, as the backend passed it on
 * @param manifestPins shipped with the app: thumbprints of the current and the next manifest key
 */
fun encryptPin(pin: String, pinAccount: String, cardId: String, keySet: JSONObject, manifestPins: List<String>): JSONObject {
    require(Regex("[0-9]{4,12}").matches(pin)) { "a PIN has 4 to 12 digits" }
    val keys = signedKeys(keySet.getString("signed"), manifestPins)
    val key = keys.single { it.getString("kty") == "RSA" && it.getBoolean("current") }
    val numbers = RSAPublicKeySpec(number(key.getString("n")), number(key.getString("e")))
    val field = pinField(pin, pinAccount, cardId)
    try {
        val cipher = Cipher.getInstance("RSA/ECB/OAEPPadding")
        cipher.init(Cipher.ENCRYPT_MODE, KeyFactory.getInstance("RSA").generatePublic(numbers), oaep(key.getString("alg")))
        return JSONObject()
            .put("kid", key.getString("kid"))
            .put("alg", key.getString("alg"))
            .put("ciphertext", Base64.getUrlEncoder().withoutPadding().encodeToString(cipher.doFinal(field)))
    } finally {
        field.fill(0)
    }
}

/** Written out, since "OAEPWithSHA-256AndMGF1Padding" means MGF1 with SHA-1 in Java and Android: nobody else can read that. */
private fun oaep(alg: String) = when (alg) {
    "RSA-OAEP" -> OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT)
    "RSA-OAEP-256" -> OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT)
    else -> throw IllegalArgumentException("an algorithm of a later version: $alg")
}

/** The 16 bytes of docs/pin-envelope.md. The card id is the service's, in lower case. */
private fun pinField(pin: String, pinAccount: String, cardId: String): ByteArray {
    val digits = "0${pin.length.toString(16)}$pin".padEnd(16, 'F')
    val block = digits.toULong(16) xor pinAccount.toULong(16)
    val binding = MessageDigest.getInstance("SHA-256").digest("pinward:card:$cardId".toByteArray())
    return ByteArray(8) { (block shr (56 - 8 * it)).toByte() } + binding.copyOf(8)
}

/** The keys of the compact JWS, once its signature, the thumbprint of its key and its end are right. */
private fun signedKeys(jws: String, manifestPins: List<String>): List<JSONObject> {
    val (head, payload, signature) = jws.split(".").also { require(it.size == 3) { "not a compact JWS" } }
    val header = JSONObject(text(head))
    require(header.getString("alg") == "ES256" && header.getString("typ") == "pinward-pin-keys+jws") { "another kind of JWS" }
    val jwk = header.getJSONObject("jwk")
    val (x, y) = listOf(jwk.getString("x"), jwk.getString("y"))
    val members = """{"crv":"P-256","kty":"EC","x":"$x","y":"$y"}""" // RFC 7638
    val thumbprint = MessageDigest.getInstance("SHA-256").digest(members.toByteArray())
    require(Base64.getUrlEncoder().withoutPadding().encodeToString(thumbprint) in manifestPins) { "a key that the app does not pin" }
    val curve = AlgorithmParameters.getInstance("EC").apply { init(ECGenParameterSpec("secp256r1")) }
    val point = ECPublicKeySpec(ECPoint(number(x), number(y)), curve.getParameterSpec(ECParameterSpec::class.java))
    val verifier = Signature.getInstance("SHA256withECDSAinP1363Format") // Android: convert to DER and use SHA256withECDSA
    verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(point))
    verifier.update("$head.$payload".toByteArray())
    require(verifier.verify(bytes(signature))) { "not signed by the pinned key" }
    val set = JSONObject(text(payload))
    require(set.getLong("exp") + 300 > Instant.now().epochSecond) { "older than a day, or the clock is wrong" }
    return set.getJSONArray("keys").let { keys -> List(keys.length()) { keys.getJSONObject(it) } }
}

private fun bytes(base64url: String) = Base64.getUrlDecoder().decode(base64url)

private fun text(base64url: String) = String(bytes(base64url))

private fun number(base64url: String) = BigInteger(1, bytes(base64url))

/** The backend's side. */
private class Api(private val baseUrl: String, clientId: String, clientSecret: String) {
    private val http = HttpClient.newHttpClient()
    private val token: String

    init {
        // Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
        val credentials = listOf(clientId, clientSecret).joinToString(":") { URLEncoder.encode(it, "UTF-8") }
        val request = request("/v1/oauth/token")
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.toByteArray()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
        token = send(request).getString("access_token")
    }

    fun get(path: String) = send(request(path).header("Authorization", "Bearer $token"))

    /** The same bytes with the same X-Request-ID may be sent again, and are carried out once. */
    fun post(path: String, body: JSONObject) = send(
        request(path)
            .header("Authorization", "Bearer $token")
            .header("Content-Type", "application/json")
            .header("X-Request-ID", UUID.randomUUID().toString())
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())),
    )

    private fun request(path: String) = HttpRequest.newBuilder(URI.create(baseUrl + path))

    private fun send(request: HttpRequest.Builder): JSONObject {
        val answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString())
        check(answer.statusCode() < 300) { "${answer.statusCode()} ${answer.body()}" }
        return JSONObject(answer.body())
    }
}
