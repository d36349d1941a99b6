"""Cases become replies: protocol codecs that do no I/O, the httpx client, the pacer, and reading an answer."""
