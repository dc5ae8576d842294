# Stands for an app that calls an API: it shows the start of the key's checksum, never the key.
echo "using the key $(printf %s "${API_KEY:?set it with docker run --env API_KEY}" | sha256sum | cut -c 1-8)"
