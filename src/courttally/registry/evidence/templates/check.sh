#!/bin/sh
# Proves this package with sha256sum, gzip, openssl, tail, head, cut, sed and grep. Read it first: it is short, and it changes nothing.
# Run: sh check.sh
set -eu
case $0 in */*) cd "${0%/*}" ;; esac
export LC_ALL=C
tab=$(printf '\t')
failed() { printf 'NOT PROVED: %s\n' "$1"; exit 1; }

sha256sum --check --strict --quiet SHA256SUMS || failed 'a file is not the one in the manifest'
printf 'Files: each is the one in the manifest, whose SHA-256 is %s\n' "$(sha256sum SHA256SUMS | cut -c1-64)"

count=0
while IFS="$tab" read -r capture byte length page_byte page_length page record page_in ledger closed_by; do
    [ "$capture" != capture ] || continue
    got=$(tail -c "+$byte" case.wacz | head -c "$length" | sha256sum | cut -c1-64)
    [ "$got" = "$record" ] || failed "the record of $capture"
    if [ "$page_in" = "$capture" ]; then
        got=$(tail -c "+$byte" case.wacz | head -c "$length" | gzip -dc | tail -c "+$page_byte" | head -c "$page_length" | sha256sum | cut -c1-64)
        [ "$got" = "$page" ] || failed "the page of $capture"
    else
        grep -q "^$page_in$tab.*$tab$page$tab.*$tab$page_in$tab" captures.tsv || failed "the page that $capture repeats"
    fi
    grep -qF "\"self\":\"$closed_by\"" "$ledger" || failed "the ledger's line about the file of $capture"
    count=$((count + 1))
done < captures.tsv
[ "$count" -gt 0 ] || failed 'there is no capture in this package'
printf 'Pages: %s captures have the digests that the report names\n' "$count"

for ledger in ledger-*.jsonl; do
    last=''
    while IFS= read -r line; do
        follows=$(printf '%s' "$line" | sed -n 's/.*"prev":"\([0-9a-f]\{64\}\)".*/\1/p')
        [ -z "$last" ] || [ "$follows" = "$last" ] || failed "a line of $ledger does not follow the line before it"
        last=$(printf '%s' "$line" | sha256sum | cut -c1-64)
    done < "$ledger"
    printf 'Chain: the lines of %s follow one another; the last has SHA-256 %s\n' "$ledger" "$last"
done

if [ -f SHA256SUMS.tsr ]; then
    openssl ts -verify -in SHA256SUMS.tsr -data SHA256SUMS -CAfile timestamp-roots.pem > /dev/null 2>&1 || failed 'the timestamp over the manifest'
    openssl ts -reply -in SHA256SUMS.tsr -text 2> /dev/null | sed -n 's/^Time stamp: /Timestamp: the manifest existed on /p'
else
    printf 'Timestamp: none in this package\n'
fi
printf 'PROVED, as far as this package goes\n'
