"""The platform that needs no account: a chat in the browser, served by bmm itself."""
