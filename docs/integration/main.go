// Sets and validates a PIN with Go 1.22 or newer and its standard library. Reads PINWARD_URL, PINWARD_CA, CLIENT_ID and
// CLIENT_SECRET from the environment.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

type pinKey struct {
	Kid, Kty, Alg, N, E string
	Current             bool
}

type card struct{ CardID, PinAccount string }

type envelope struct {
	Kid        string `json:"kid"`
	Alg        string `json:"alg"`
	Ciphertext string `json:"ciphertext"`
}

var base = os.Getenv("PINWARD_URL")

func main() {
	log.SetFlags(0)
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: trusting(os.Getenv("PINWARD_CA"))}}
	token := accessToken(client)

	var published struct{ Keys []pinKey }
	send(client, request("GET", "/v1/pin-keys", token, nil), &published)
	key := current(published.Keys)

	var issued card
	send(client, request("POST", "/v1/cards", token, map[string]any{"cardRef": randomID()}), &issued)
	path := "/v1/cards/" + issued.CardID + "/pin"

	var answer map[string]any
	send(client, request("POST", path, token, map[string]any{"encryptedPin": encryptPin("4071", issued, key)}), &answer)
	fmt.Println(answer)
	// 200 does not mean that the PIN was right: look at "verified".
	send(client, request("POST", path+"/validate", token, map[string]any{"encryptedPin": encryptPin("4071", issued, key)}), &answer)
	fmt.Println(answer)
}

// A new envelope for every request: OAEP is random, and each ciphertext is accepted once.
func encryptPin(pin string, of card, key pinKey) envelope {
	// EncryptOAEP uses one hash for OAEP and for MGF1, as the service does.
	hashes := map[string]func() hash.Hash{"RSA-OAEP": sha1.New, "RSA-OAEP-256": sha256.New}
	public := &rsa.PublicKey{N: new(big.Int).SetBytes(decode(key.N)), E: int(new(big.Int).SetBytes(decode(key.E)).Int64())}
	ciphertext, err := rsa.EncryptOAEP(hashes[key.Alg](), rand.Reader, public, pinField(pin, of.PinAccount, of.CardID), nil)
	check(err)
	return envelope{key.Kid, key.Alg, base64.RawURLEncoding.EncodeToString(ciphertext)}
}

// The 16 bytes of docs/pin-envelope.md. The card id is the service's, in lower case.
func pinField(pin, pinAccount, cardID string) []byte {
	digits := fmt.Sprintf("0%x%s", len(pin), pin)
	block, err := strconv.ParseUint(digits+strings.Repeat("F", 16-len(digits)), 16, 64)
	check(err)
	account, err := strconv.ParseUint(pinAccount, 16, 64)
	check(err)
	binding := sha256.Sum256([]byte("pinward:card:" + cardID))
	return append(binary.BigEndian.AppendUint64(nil, block^account), binding[:8]...)
}

func current(keys []pinKey) pinKey {
	for _, key := range keys {
		if key.Kty == "RSA" && key.Current {
			return key
		}
	}
	log.Fatal("no current key is published")
	return pinKey{}
}

func accessToken(client *http.Client) string {
	form := strings.NewReader("grant_type=client_credentials")
	asked, err := http.NewRequest("POST", base+"/v1/oauth/token", form)
	check(err)
	// Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
	asked.SetBasicAuth(url.QueryEscape(os.Getenv("CLIENT_ID")), url.QueryEscape(os.Getenv("CLIENT_SECRET")))
	asked.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		Token string `json:"access_token"`
	}
	send(client, asked, &answer)
	return answer.Token
}

// The same bytes with the same X-Request-ID may be sent again, and are carried out once.
func request(method, path, token string, body any) *http.Request {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		check(err)
		content = bytes.NewReader(text)
	}
	made, err := http.NewRequest(method, base+path, content)
	check(err)
	made.Header.Set("Authorization", "Bearer "+token)
	made.Header.Set("Content-Type", "application/json")
	made.Header.Set("X-Request-ID", randomID())
	return made
}

func send(client *http.Client, asked *http.Request, into any) {
	answer, err := client.Do(asked)
	check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	check(err)
	if answer.StatusCode >= 300 {
		log.Fatalf("%d %s", answer.StatusCode, text)
	}
	check(json.Unmarshal(text, into))
}

func trusting(file string) *tls.Config {
	certificate, err := os.ReadFile(file)
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}
}

func decode(text string) []byte {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	check(err)
	return bytes
}

func randomID() string {
	id := make([]byte, 16)
	_, err := rand.Read(id)
	check(err)
	return fmt.Sprintf("%x", id)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
