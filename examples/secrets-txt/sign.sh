# Stands for a real signature: a checksum over key and file.
{ echo "$SIGNING_KEY"; cat "$1"; } | sha256sum | cut -d ' ' -f 1 > "$1.signature"
