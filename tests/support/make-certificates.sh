#!/bin/sh
# Certificates to try the stream with: for tests, e2e and quickstart. Not for production: the CA's key lies beside.
#
#   make-certificates.sh DIR SENSOR_NAME COLLECTOR_NAME
#
# DIR gets, EC P-256, valid for 30 days, made anew on every call:
#   ca.pem               signs the next two
#   collector.pem .key   for COLLECTOR_NAME (common name, and DNS or IP alternative name)
#   sensor.pem .key      for SENSOR_NAME (common name and DNS alternative name)
#   wrong-ca.pem         a CA that nobody trusts; it signs, for the same names,
#   wrong-collector.pem .key and wrong-sensor.pem .key
set -eu

if [ $# -ne 3 ]; then
  echo "usage: $0 DIR SENSOR_NAME COLLECTOR_NAME" >&2
  exit 2
fi
dir=$1 sensor=$2 collector=$3
umask 077
mkdir -p "$dir"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# key FILE
key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

# authority NAME SUBJECT
authority() {
  key "$work/$1.key"
  openssl req -x509 -new -key "$work/$1.key" -days 30 -subj "/CN=$2" -out "$dir/$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# leaf NAME COMMON_NAME ALTERNATIVE_NAME USAGE AUTHORITY
leaf() {
  key "$dir/$1.key"
  openssl req -new -key "$dir/$1.key" -subj "/CN=$2" -out "$work/$1.csr"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\nsubjectAltName=%s\n' \
    "$4" "$3" >"$work/$1.ext"
  openssl x509 -req -in "$work/$1.csr" -CA "$dir/$5.pem" -CAkey "$work/$5.key" -days 30 \
    -set_serial "0x$(openssl rand -hex 8)" -extfile "$work/$1.ext" -out "$dir/$1.pem" 2>/dev/null
}

case $collector in
  *:* | *[0-9].[0-9]*.[0-9]*.[0-9]*) collector_name=IP:$collector ;;
  *) collector_name=DNS:$collector ;;
esac

authority ca "Espial test CA"
leaf collector "$collector" "$collector_name" serverAuth ca
leaf sensor "$sensor" "DNS:$sensor" clientAuth ca
authority wrong-ca "Espial wrong CA"
leaf wrong-collector "$collector" "$collector_name" serverAuth wrong-ca
leaf wrong-sensor "$sensor" "DNS:$sensor" clientAuth wrong-ca
