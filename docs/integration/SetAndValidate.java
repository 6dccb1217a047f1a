import java.io.FileInputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sets and validates a PIN with Java 17 and nothing else: {@code java SetAndValidate.java}. Reads PINWARD_URL, PINWARD_CA,
 * CLIENT_ID and CLIENT_SECRET from the environment. Your program reads JSON with its own library instead of {@link #member}.
 */
public final class SetAndValidate {
  private static final String URL = System.getenv("PINWARD_URL");
  private final HttpClient http;
  private final String token;

  private SetAndValidate(HttpClient http, String token) {
    this.http = http;
    this.token = token;
  }

  public static void main(String[] args) throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(trusting(System.getenv("PINWARD_CA"))).build();
    SetAndValidate app = new SetAndValidate(http, accessToken(http));
    // Of the published keys: the RSA key that is current.
    String key = first("\\{[^{}]*\"current\":\\s*true[^{}]*\\}", app.get("/v1/pin-keys"));
    String card = app.post("/v1/cards", "{\"cardRef\":\"" + UUID.randomUUID() + "\"}");
    String path = "/v1/cards/" + member(card, "cardId") + "/pin";
    System.out.println(app.post(path, "{\"encryptedPin\":" + envelope("4071", card, key) + "}"));
    // 200 does not mean that the PIN was right: look at "verified".
    System.out.println(app.post(path + "/validate", "{\"encryptedPin\":" + envelope("4071", card, key) + "}"));
  }

  /** A new envelope for every request: OAEP is random, and each ciphertext is accepted once. */
  static String envelope(String pin, String card, String key) throws Exception {
    String alg = member(key, "alg");
    byte[] field = pinField(pin, member(card, "pinAccount"), member(card, "cardId"));
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.ENCRYPT_MODE, publicKey(key), oaep(alg));
      String ciphertext = Base64.getUrlEncoder().withoutPadding().encodeToString(cipher.doFinal(field));
      return "{\"kid\":\"%s\",\"alg\":\"%s\",\"ciphertext\":\"%s\"}".formatted(member(key, "kid"), alg, ciphertext);
    } finally {
      Arrays.fill(field, (byte) 0);
    }
  }

  /**
   * Written out, since "OAEPWithSHA-256AndMGF1Padding" means MGF1 with SHA-1 in Java and Android: its envelopes are
   * unreadable to everybody else.
   */
  static OAEPParameterSpec oaep(String alg) {
    return switch (alg) {
      case "RSA-OAEP" -> new OAEPParameterSpec("SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
      case "RSA-OAEP-256" ->
          new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
      default -> throw new IllegalArgumentException("an algorithm of a later version: " + alg);
    };
  }

  /** The 16 bytes of docs/pin-envelope.md. The card id is the service's, in lower case. */
  static byte[] pinField(String pin, String pinAccount, String cardId) throws Exception {
    String digits = "0" + Integer.toHexString(pin.length()) + pin;
    long block = Long.parseUnsignedLong(digits + "F".repeat(16 - digits.length()), 16) ^ Long.parseLong(pinAccount, 16);
    byte[] binding =
        MessageDigest.getInstance("SHA-256").digest(("pinward:card:" + cardId).getBytes(StandardCharsets.UTF_8));
    byte[] field = new byte[16];
    for (int index = 0; index < 8; index++) field[index] = (byte) (block >>> (56 - 8 * index));
    System.arraycopy(binding, 0, field, 8, 8);
    return field;
  }

  private static PublicKey publicKey(String key) throws Exception {
    RSAPublicKeySpec numbers = new RSAPublicKeySpec(number(member(key, "n")), number(member(key, "e")));
    return KeyFactory.getInstance("RSA").generatePublic(numbers);
  }

  private static BigInteger number(String base64url) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
  }

  private static String accessToken(HttpClient http) throws Exception {
    // Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
    String credentials =
        URLEncoder.encode(System.getenv("CLIENT_ID"), StandardCharsets.UTF_8)
            + ":"
            + URLEncoder.encode(System.getenv("CLIENT_SECRET"), StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(URL + "/v1/oauth/token"))
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"));
    return member(send(http, request), "access_token");
  }

  private String get(String path) throws Exception {
    return send(http, HttpRequest.newBuilder(URI.create(URL + path)).header("Authorization", "Bearer " + token));
  }

  /** The same bytes with the same id may be sent again, and are carried out once. */
  private String post(String path, String body) throws Exception {
    return send(
        http,
        HttpRequest.newBuilder(URI.create(URL + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("X-Request-ID", UUID.randomUUID().toString())
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String send(HttpClient http, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    return answer.body();
  }

  private static String member(String json, String name) {
    return first("(?<=\"" + name + "\":)\\s*\"([^\"]*)\"", json).trim().replace("\"", "");
  }

  private static String first(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group();
  }

  private static SSLContext trusting(String caFile) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (FileInputStream file = new FileInputStream(caFile)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
