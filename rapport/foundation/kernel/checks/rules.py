"""One thing looked at: what was found, and what mends it where it is not well."""

from enum import Enum

from msgspec import Struct

# Network file systems, and folders of another system's, do not keep the locks on which SQLite relies
# (https://www.sqlite.org/faq.html#q5).
NETWORK = frozenset(
    {
        *(
            "nfs",
            "nfs4",
            "cifs",
            "smb3",
            "smbfs",
            "9p",
            "afs",
            "ceph",
            "davfs",
            "glusterfs",
            "lustre",
            "vboxsf",
        ),
        *("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "fuse.ceph", "fuse.vmhgfs-fuse"),
    }
)


class Trouble(Enum):
    """What keeps the records from being read or written, through no fault of whoever asked."""

    FULL = (
        "The disk is full. Nothing can be written until there is room again; nothing that was saved is lost."
    )
    BUSY = "The database is busy: a large piece of work is being written. Try again in a minute."
    AWAY = "The records cannot be reached"


class Check(Struct, frozen=True):
    """One thing looked at. `name` and `fix` are English, marked to be translated where they are shown.

    What nobody has set up yet (`is_begun` is False) is not well, but nothing broke: it is said where checks are read
    and alarms nobody."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    is_begun: bool = True

    @property
    def is_alarming(self) -> bool:
        """Whether it is to be said on every page, and by mail."""
        return self.is_begun and not self.ok

    def as_dict(self) -> dict[str, str | bool]:
        """As a script reads it; what is well needs no mending."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail, "fix": "" if self.ok else self.fix}


def file_system_of(path: str, mounts: str) -> str:
    """The kind of file system that holds `path`, from the text of /proc/mounts; "" when it is not there."""
    best, kind = "", ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        place = words[1].replace("\\040", " ")
        is_above = path == place or path.startswith(place.rstrip("/") + "/")
        if is_above and len(place) >= len(best):
            best, kind = place, words[2]
    return kind
