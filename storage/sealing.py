"""Seals what must not rest in clear: AES-GCM under keys of the settings, or of a file beside the database.

A sealed text is `v1.<id of its key>.<nonce and ciphertext>`. What it is about is authenticated with it, so that a row
copied to another tenant's does not open there.
"""

import base64
import binascii
import contextlib
import hashlib
import logging
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.ports import Unsealable
from bot.settings import WrongSettings
from storage.database import is_sqlite, sqlite_path

log = logging.getLogger("bmm.storage")

MAKE = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
LEAST = 32  # characters of a key: 128 bits where it was made by chance, as hexadecimal
_FORM = "v1"
_NONCE = 12  # bytes, as AES-GCM wants it


class Keys:
    """`bot.ports.Seal` under the first of some keys; what the others have sealed still opens.

    Raises WrongSettings for none, and for one that is too short to be a secret.
    """

    def __init__(self, secret_texts: Sequence[str]) -> None:
        if not secret_texts:
            raise WrongSettings(f"BMM_SECRET_KEY holds no key; {MAKE} makes one")
        if any(len(each) < LEAST for each in secret_texts):
            raise WrongSettings(f"BMM_SECRET_KEY: each key needs {LEAST} characters or more; {MAKE} makes one")
        self._ciphers = {_name(each): AESGCM(_derived(each, b"bmm seal")) for each in secret_texts}
        self._newest = next(iter(self._ciphers))

    def close(self, text: str, about: str) -> str:
        """The text, sealed with the newest key and bound to `about`."""
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), _bound(self._newest, about))
        return f"{_FORM}.{self._newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """The text that was sealed. Raises Unsealable."""
        form, _, rest = sealed.partition(".")
        name, _, body = rest.partition(".")
        cipher = self._ciphers.get(name)
        if form != _FORM or cipher is None:
            raise Unsealable("its key is none of those that are set")
        try:
            raw = base64.urlsafe_b64decode(body.encode())
            return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], _bound(name, about)).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise Unsealable("it was changed, or sealed for something else") from error

    def newest(self, sealed: str) -> bool:
        """Whether this was sealed with the newest key."""
        return sealed.startswith(f"{_FORM}.{self._newest}.")


def seal_of(secret_key: str, database_url: str, *, make: bool) -> Keys | None:
    """The seal of a deployment: keys of the settings, newest first, then those of the file beside an SQLite database.

    Where there is none, `make` has that file made. None where there is no key. Raises WrongSettings.
    """
    known = keys_in(secret_key)
    if is_sqlite(database_url):
        file = key_file(database_url)
        if not known and make and not file.exists():
            _make(file)
        known += [each for each in _read(file) if each not in known]
    return Keys(known) if known else None


def keys_in(text: str) -> list[str]:
    """The keys of a setting or a file: between commas or on lines of their own."""
    return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


def key_file(database_url: str) -> Path:
    """Where the key of an SQLite database rests: `bmm.db.key` beside `bmm.db`."""
    path = Path(sqlite_path(database_url))
    return path.with_name(f"{path.name}.key")


def _read(file: Path) -> list[str]:
    try:
        found = keys_in(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise WrongSettings(f"the key file {file} cannot be read: {error}") from None
    if not found:
        raise WrongSettings(f"the key file {file} is empty: restore it, since what it sealed opens with nothing else")
    return found


def _make(file: Path) -> None:
    """A new key that only the owner reads, whole before it has its name; one that another process made is left."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as made:
            made.write(secrets.token_urlsafe(32) + "\n")
            made.flush()
            os.fsync(made.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
            log.info("a key was made; keep it apart from backups of the database", extra={"file": str(file)})
    except OSError as error:
        raise WrongSettings(f"no key can be kept at {file}: {error.strerror}; set BMM_SECRET_KEY") from None
    finally:
        draft.unlink(missing_ok=True)


def _derived(text: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(text.encode())


def _name(text: str) -> str:
    """A short id of a key, which tells nothing of it."""
    return hashlib.sha256(_derived(text, b"bmm key id")).hexdigest()[:8]


def _bound(name: str, about: str) -> bytes:
    return f"{_FORM}|{name}|{about}".encode()
