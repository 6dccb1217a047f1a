#!/usr/bin/env bash
# Sets and validates a PIN with curl, openssl (3.0 or newer) and jq. Reads PINWARD_URL, PINWARD_CA, CLIENT_ID and
# CLIENT_SECRET from the environment.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

call() { curl --silent --show-error --fail-with-body --tlsv1.3 --cacert "$PINWARD_CA" "$@"; }
post() { # PATH BODY; the same bytes with the same id may be sent again, and are carried out once
  call "$PINWARD_URL$1" -H "Authorization: Bearer $token" -H "X-Request-ID: $(cat /proc/sys/kernel/random/uuid)" \
    -H 'Content-Type: application/json' --data "$2"
}
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
hex_of_base64url() {
  local text=$1
  while ((${#text} % 4)); do text+='='; done
  printf '%s' "$text" | tr -- '-_' '+/' | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n'
}

# The 16 bytes of docs/pin-envelope.md, as hexadecimal digits.
pin_field() { # PIN PIN_ACCOUNT CARD_ID
  local pin account binding
  printf -v pin '0%x%s' "${#1}" "$1"
  while ((${#pin} < 16)); do pin+='F'; done
  account="0000$2"
  binding=$(printf 'pinward:card:%s' "$3" | openssl dgst -sha256 -r | cut -c1-16)
  printf '%016x%s' "$((0x$pin ^ 0x$account))" "$binding"
}

# A new envelope for every request: OAEP is random, and each ciphertext is accepted once.
envelope() { # PIN PIN_ACCOUNT CARD_ID
  local hash
  # The hash of OAEP and of its MGF1. RSA-OAEP is SHA-1, RSA-OAEP-256 is SHA-256.
  case $alg in RSA-OAEP) hash=sha1 ;; RSA-OAEP-256) hash=sha256 ;; *) return 1 ;; esac
  # shellcheck disable=SC2059 # the bytes themselves, not their digits
  printf "$(pin_field "$@" | sed 's/../\\x&/g')" | openssl pkeyutl -encrypt -pubin -inkey "$work/key.der" -keyform DER \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt "rsa_oaep_md:$hash" -pkeyopt "rsa_mgf1_md:$hash" | base64url |
    jq --raw-input --compact-output --arg kid "$kid" --arg alg "$alg" '{ kid: $kid, alg: $alg, ciphertext: . }'
}

token=$(call "$PINWARD_URL/v1/oauth/token" --user "$CLIENT_ID:$CLIENT_SECRET" \
  --data grant_type=client_credentials | jq --raw-output .access_token)

call "$PINWARD_URL/v1/pin-keys" -H "Authorization: Bearer $token" |
  jq '.keys[] | select(.kty == "RSA" and .current)' >"$work/key.json"
read -r kid alg n e < <(jq --raw-output '[.kid, .alg, .n, .e] | @tsv' "$work/key.json")
openssl asn1parse -noout -out "$work/key.der" -genconf - <<CONFIGURATION
asn1 = SEQUENCE:info
[info]
algorithm = SEQUENCE:algorithm
key = BITWRAP,SEQUENCE:key
[algorithm]
oid = OID:rsaEncryption
parameters = NULL
[key]
n = INTEGER:0x$(hex_of_base64url "$n")
e = INTEGER:0x$(hex_of_base64url "$e")
CONFIGURATION

card=$(post /v1/cards "{\"cardRef\":\"$(cat /proc/sys/kernel/random/uuid)\"}")
read -r card_id pin_account < <(jq --raw-output '[.cardId, .pinAccount] | @tsv' <<<"$card")

post "/v1/cards/$card_id/pin" "{\"encryptedPin\":$(envelope 4071 "$pin_account" "$card_id")}"
echo
# 200 does not mean that the PIN was right: look at "verified".
post "/v1/cards/$card_id/pin/validate" "{\"encryptedPin\":$(envelope 4071 "$pin_account" "$card_id")}"
echo
