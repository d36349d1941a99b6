"""Turn cases into replies: protocol codecs without I/O, the httpx client, the pacer, and reading an answer."""
