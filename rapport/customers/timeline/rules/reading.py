"""What fits into the twenty seconds before one talks: words are counted, and the least important go first. Pure."""

import re

# Words a minute that people read silently (Brysbaert 2019, J. of Memory and Language 109), and so what twenty seconds
# hold. The frame is what stands around it in any case: headings, and how long it takes to read.
WORDS_A_MINUTE, SECONDS = 238, 20
LIMIT = SECONDS * WORDS_A_MINUTE // 60
FRAME = 16
# A script that writes no spaces, or somebody's two hundred letters in a row, is read in pieces of this length.
_WORD = re.compile(r"\S{1,16}")


def words_in(text: str) -> int:
    """How many words a text takes to read."""
    return len(_WORD.findall(text))


def seconds_for(words: int) -> int:
    """How long so many words take to read, rounded up to five seconds."""
    return -(-words * 60 // (WORDS_A_MINUTE * 5)) * 5


def cut(text: str, at_most: int) -> str:
    """The text if it has no more words than this, else its beginning with an ellipsis."""
    found = list(_WORD.finditer(text))
    if len(found) <= at_most:
        return text
    return f"{text[: found[at_most - 1].end()].rstrip()}…" if at_most else ""


class Room:
    """Room for so many words, taken piece by piece, the most important first."""

    def __init__(self, words: int = LIMIT - FRAME) -> None:
        self.left = words

    def take(self, text: str, at_most: int) -> str:
        """As much of a text as there is room for, at most so many words; nothing where only a scrap would be left."""
        room = min(at_most, self.left)
        if room < min(words_in(text), 4):
            return ""
        taken = cut(text, room)
        self.left -= words_in(taken)
        return taken

    def whole(self, text: str) -> str:
        """A text if all of it fits, else nothing."""
        if words_in(text) > self.left:
            return ""
        self.left -= words_in(text)
        return text
