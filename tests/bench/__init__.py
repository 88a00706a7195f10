"""How fast bmm is, beside what a bare server and a naive bot do on the same machine: `python -m tests.bench`."""
