"""Sets and validates a PIN with Python 3.9 or newer and the package cryptography (38 or newer).

Reads PINWARD_URL, PINWARD_CA, CLIENT_ID and CLIENT_SECRET from the environment.
"""

import base64
import hashlib
import json
import os
import ssl
import urllib.parse
import urllib.request
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

URL = os.environ["PINWARD_URL"]
TLS = ssl.create_default_context(cafile=os.environ["PINWARD_CA"])
# RSA-OAEP is SHA-1, RSA-OAEP-256 is SHA-256; MGF1 uses the same.
OAEP_HASH = {"RSA-OAEP": hashes.SHA1, "RSA-OAEP-256": hashes.SHA256}


def call(method, path, headers, body=None):
    request = urllib.request.Request(URL + path, body, headers, method=method)
    with urllib.request.urlopen(request, context=TLS, timeout=30) as answer:
        return json.load(answer)


def access_token(client_id, client_secret):
    # Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
    credentials = ":".join(urllib.parse.quote(part, safe="") for part in (client_id, client_secret))
    headers = {
        "Authorization": "Basic " + base64.b64encode(credentials.encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return call("POST", "/v1/oauth/token", headers, b"grant_type=client_credentials")["access_token"]


def number(text):
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def pin_field(pin, pin_account, card_id):
    """The 16 bytes of docs/pin-envelope.md. The card id is the service's, in lower case."""
    block = int(f"0{len(pin):X}{pin}".ljust(16, "F"), 16) ^ int("0000" + pin_account, 16)
    return block.to_bytes(8, "big") + hashlib.sha256(f"pinward:card:{card_id}".encode()).digest()[:8]


def encrypt_pin(pin, card, key):
    """A new envelope for every request: OAEP is random, and each ciphertext is accepted once."""
    algorithm = OAEP_HASH[key["alg"]]()
    public_key = rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key()
    field = pin_field(pin, card["pinAccount"], card["cardId"])
    ciphertext = public_key.encrypt(field, padding.OAEP(padding.MGF1(algorithm), algorithm, label=None))
    text = base64.urlsafe_b64encode(ciphertext).rstrip(b"=").decode()
    return {"kid": key["kid"], "alg": key["alg"], "ciphertext": text}


def main():
    bearer = {"Authorization": "Bearer " + access_token(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])}

    def post(path, body):
        # The same bytes with the same id may be sent again, and are carried out once.
        headers = {**bearer, "Content-Type": "application/json", "X-Request-ID": str(uuid.uuid4())}
        return call("POST", path, headers, json.dumps(body).encode())

    keys = call("GET", "/v1/pin-keys", bearer)["keys"]
    key = next(key for key in keys if key["current"] and key["alg"] in OAEP_HASH)
    card = post("/v1/cards", {"cardRef": str(uuid.uuid4())})
    path = f"/v1/cards/{card['cardId']}/pin"
    print(post(path, {"encryptedPin": encrypt_pin("4071", card, key)}))
    # 200 does not mean that the PIN was right: look at "verified".
    print(post(path + "/validate", {"encryptedPin": encrypt_pin("4071", card, key)}))


if __name__ == "__main__":
    main()
