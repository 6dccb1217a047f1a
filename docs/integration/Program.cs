// Sets and validates a PIN with .NET 8 or newer: the Program.cs of `dotnet new console`. Reads PINWARD_URL, PINWARD_CA,
// CLIENT_ID and CLIENT_SECRET from the environment.
using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

using var http = new HttpClient(Trusting(Setting("PINWARD_CA"))) { BaseAddress = new Uri(Setting("PINWARD_URL")) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await AccessToken());

var published = await http.GetFromJsonAsync<JsonElement>("/v1/pin-keys");
var key = published.GetProperty("keys").EnumerateArray()
    .Single(candidate => Text(candidate, "kty") == "RSA" && candidate.GetProperty("current").GetBoolean());
var card = await Post("/v1/cards", new { cardRef = Guid.NewGuid().ToString() });
var path = $"/v1/cards/{Text(card, "cardId")}/pin";
Console.WriteLine(await Post(path, new { encryptedPin = Envelope("4071") }));
// 200 does not mean that the PIN was right: look at "verified".
Console.WriteLine(await Post(path + "/validate", new { encryptedPin = Envelope("4071") }));

// A new envelope for every request: OAEP is random, and each ciphertext is accepted once.
object Envelope(string pin)
{
    // Each of these uses one hash for OAEP and for MGF1, as the service does.
    var padding = Text(key, "alg") switch
    {
        "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1,
        "RSA-OAEP-256" => RSAEncryptionPadding.OaepSHA256,
        var other => throw new NotSupportedException($"an algorithm of a later version: {other}"),
    };
    using var rsa = RSA.Create(new RSAParameters { Modulus = Decode(Text(key, "n")), Exponent = Decode(Text(key, "e")) });
    var field = PinField(pin, Text(card, "pinAccount"), Text(card, "cardId"));
    try
    {
        return new { kid = Text(key, "kid"), alg = Text(key, "alg"), ciphertext = Encode(rsa.Encrypt(field, padding)) };
    }
    finally
    {
        CryptographicOperations.ZeroMemory(field);
    }
}

// The 16 bytes of docs/pin-envelope.md. The card id is the service's: lower case, as Guid.ToString() writes it too.
static byte[] PinField(string pin, string pinAccount, string cardId)
{
    var digits = $"0{pin.Length:X}{pin}".PadRight(16, 'F');
    var block = ulong.Parse(digits, NumberStyles.HexNumber) ^ ulong.Parse(pinAccount, NumberStyles.HexNumber);
    var field = new byte[16];
    BinaryPrimitives.WriteUInt64BigEndian(field, block);
    SHA256.HashData(Encoding.UTF8.GetBytes($"pinward:card:{cardId}")).AsSpan(0, 8).CopyTo(field.AsSpan(8));
    return field;
}

async Task<string> AccessToken()
{
    // Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
    var credentials = $"{Uri.EscapeDataString(Setting("CLIENT_ID"))}:{Uri.EscapeDataString(Setting("CLIENT_SECRET"))}";
    using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/oauth/token")
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }),
    };
    request.Headers.Authorization =
        new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    return Text(await Read(await http.SendAsync(request)), "access_token");
}

// The same bytes with the same X-Request-ID may be sent again, and are carried out once.
async Task<JsonElement> Post(string to, object body)
{
    using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = JsonContent.Create(body) };
    request.Headers.Add("X-Request-ID", Guid.NewGuid().ToString());
    await request.Content.LoadIntoBufferAsync(); // with a Content-Length
    return await Read(await http.SendAsync(request));
}

static async Task<JsonElement> Read(HttpResponseMessage answer)
{
    var text = await answer.Content.ReadAsStringAsync();
    if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{(int)answer.StatusCode} {text}");
    return JsonSerializer.Deserialize<JsonElement>(text);
}

static HttpClientHandler Trusting(string caFile)
{
    var ca = new X509Certificate2(caFile);
    return new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(ca);
            return chain.Build(certificate!);
        },
    };
}

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is missing");

static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

static byte[] Decode(string text) =>
    Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
