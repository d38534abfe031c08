"""A folder on a server that is reached by SSH."""

import contextlib
import io
import stat
from collections.abc import Iterator
from typing import IO

import paramiko

from rapport.doors.operations.copies.rules import Address
from rapport.doors.operations.copies.services.stores import WAIT_SECONDS, Missing, PlaceAway

UNFINISHED = ".part"
KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class Sftp:
    """Signs in with a password or a private key. `host_key` in the secret is the server's, as it was first met."""

    def __init__(self, address: Address, secret: dict[str, str]) -> None:
        self._where, self._root = f"{address.user}@{address.host}:{address.port}", address.path
        self._made: set[str] = set()
        with self._telling():
            self._transport = paramiko.Transport((address.host, address.port))
            self._transport.set_keepalive(WAIT_SECONDS)
            try:
                self._sign_in(address.user, secret)
                sftp = paramiko.SFTPClient.from_transport(self._transport)
                if sftp is None:
                    raise PlaceAway(f"{self._where} does not speak SFTP.")
                self._sftp = sftp
                channel = self._sftp.get_channel()
                if channel:
                    channel.settimeout(WAIT_SECONDS)
                self._sftp.stat(self._root)
            except BaseException:
                self._transport.close()
                raise

    def _sign_in(self, user: str, secret: dict[str, str]) -> None:
        self._transport.start_client(timeout=WAIT_SECONDS)
        met = self._transport.get_remote_server_key().get_base64()
        if secret.setdefault("host_key", met) != met:
            raise PlaceAway(
                f"{self._where} shows another host key than when it was added: somebody may stand between. If the "
                "server was set up anew, remove this place and add it again."
            )
        if secret.get("private_key"):
            self._transport.auth_publickey(user, _key(secret["private_key"]))
        else:
            self._transport.auth_password(user, secret.get("password", ""))

    def names(self, under: str) -> Iterator[tuple[str, int]]:
        folders = [under]
        while folders:
            folder = folders.pop()
            with self._telling():
                try:
                    entries = self._sftp.listdir_attr(f"{self._root}/{folder}")
                except FileNotFoundError:
                    continue
            for each in entries:
                name = f"{folder}/{each.filename}" if folder else each.filename
                if stat.S_ISDIR(each.st_mode or 0):
                    folders.append(name)
                elif not name.endswith(UNFINISHED):
                    yield name, each.st_size or 0

    def put(self, name: str, source: IO[bytes]) -> None:
        path = f"{self._root}/{name}"
        with self._telling():
            self._make_folders(name)
            self._sftp.putfo(source, path + UNFINISHED)
            self._sftp.posix_rename(path + UNFINISHED, path)

    def _make_folders(self, name: str) -> None:
        folder = ""
        for word in name.split("/")[:-1]:
            folder += f"/{word}"
            if folder not in self._made:
                with contextlib.suppress(OSError):  # it is there already; else the writing says why not
                    self._sftp.mkdir(self._root + folder, 0o700)
                self._made.add(folder)

    def get(self, name: str, to: IO[bytes]) -> None:
        with self._telling():
            self._sftp.getfo(f"{self._root}/{name}", to)

    def delete(self, name: str) -> None:
        with self._telling(), contextlib.suppress(FileNotFoundError):
            self._sftp.remove(f"{self._root}/{name}")

    def close(self) -> None:
        self._transport.close()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise Missing(f"{self._where} has no such object, or is not there any more.") from None
        except paramiko.AuthenticationException:
            raise PlaceAway(f"{self._where} does not let us in with this password or key.") from None
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise PlaceAway(f"{self._where}: {error or 'the connection was cut'}") from None


def _key(text: str) -> paramiko.PKey:
    for kind in KEYS:
        with contextlib.suppress(paramiko.SSHException):
            return kind.from_private_key(io.StringIO(text))
    raise PlaceAway(
        "This is no private key that can be read: it must be in OpenSSH's form, without a passphrase."
    )
