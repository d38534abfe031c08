"""The application as granian loads it in each of its workers."""

from rapport.config.conformance import conformant
from rapport.config.lifeline import die_with_parent
from rapport.config.wsgi import application as plain

die_with_parent()
application = conformant(plain)
