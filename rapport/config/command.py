"""`rapport`, the one command users type."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import rapport
from rapport.config import custody, upgrading
from rapport.config.custody import USAGE_ERROR, refuse

Handler = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; answers its exit code. 2 means wrong use, or a refusal with its reason on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    words = list(sys.argv[1:] if arguments is None else arguments)
    return _in_words(partial(_run, words))


def _run(words: list[str]) -> int:
    upgrading.hand_over(words)
    if words and words[0] in INNER:
        return INNER[words[0]](words[1:])
    chosen = parser().parse_args(words)
    handler: Handler = chosen.handler
    return handler(chosen)


def _in_words(run: Callable[[], int]) -> int:
    """Have it run; when the disk or the database fails it, that is said in a line, and not as a fault of ours."""
    try:
        return run()
    except Exception as failure:
        if not (reason := _reason(failure)):
            raise
        return refuse(reason)


def _reason(failure: Exception) -> str:
    """What is wrong with the disk or the database, in one line; nothing if a fault of ours is to be looked for."""
    from rapport.foundation.kernel.checks.queries import trouble_of
    from rapport.foundation.kernel.checks.rules import Trouble

    trouble = trouble_of(failure)
    if trouble is not Trouble.AWAY:
        return trouble.value if trouble else ""
    if isinstance(failure, OSError) and failure.filename:
        return f"{failure.strerror}: {failure.filename}"
    first, *_more = str(failure).splitlines() or [""]
    return f"{trouble.value}: {first} (`rapport doctor` says more.)"


def parser() -> argparse.ArgumentParser:
    """All that can be typed, each with an example in its --help."""
    top = argparse.ArgumentParser(
        prog="rapport",
        description="Rapport, a customer relationship management system. All it writes is in RAPPORT_HOME "
        "(~/.local/share/rapport unless you set it).",
        epilog="example: rapport serve",
    )
    top.add_argument("--version", action="version", version=f"rapport {rapport.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    serve = _command(commands, "serve", _serve, "serve the home", "rapport serve --port 8001")
    demo = _command(
        commands,
        "demo",
        _demo,
        "fill a practice company, then serve it",
        "RAPPORT_HOME=practice rapport demo",
    )
    for each in (serve, demo):
        _add_address(each)
    bring_in = _command(
        commands,
        "import",
        _import,
        "bring in an address book (CSV, vCard) or what happened (CSV)",
        "rapport import contacts.csv --yes",
    )
    bring_in.add_argument("file", metavar="FILE", type=Path)
    bring_in.add_argument(
        "--yes", action="store_true", help="take the guessed columns and write without asking"
    )
    bring_in.add_argument(
        "--json", action="store_true", help="end with one line of JSON that counts the rows"
    )
    bring_in.add_argument("--user", metavar="EMAIL", help="on whose behalf (else the first administrator)")
    bring_in.add_argument(
        "--kind", choices=["people", "history"], help="what the table tells, where it is guessed wrong"
    )
    _add_user(commands)
    _add_understand(commands)
    custody.add(partial(_command, commands), _add_address)
    upgrading.add(partial(_command, commands))
    doctor = _command(commands, "doctor", _doctor, "say whether all is well here", "rapport doctor --json")
    doctor.add_argument("--json", action="store_true", help="one JSON list, for scripts")
    _add_proofs(commands)
    return top


type Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _add_proofs(commands: Commands) -> None:
    mend = _command(
        commands, "mend", _mend, "mend pages that the disk changed, from the copy", "rapport mend --check"
    )
    mend.add_argument("--check", action="store_true", help="only look")
    verify = _command(
        commands, "verify", _verify, "prove that no act was changed past Rapport", "rapport verify"
    )
    verify.add_argument("--head", metavar="HEAD", help="one that was noted elsewhere: 1284-9f86d081884c7d65")


def _command(
    commands: Commands, name: str, handler: Handler, purpose: str, example: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".", epilog=f"example: {example}"
    )
    command.set_defaults(handler=handler)
    return command


def _add_address(command: argparse.ArgumentParser) -> None:
    environ = os.environ
    command.add_argument(
        "--host", default=environ.get("RAPPORT_HOST", "127.0.0.1"), help="RAPPORT_HOST, 127.0.0.1"
    )
    command.add_argument(
        "--port",
        type=_number(0, 65_535),
        default=environ.get("RAPPORT_PORT", "8000"),
        help="RAPPORT_PORT, 8000",
    )
    command.add_argument(
        "--workers",
        type=_number(1, 64),
        default=environ.get("RAPPORT_WORKERS", "2"),
        help="RAPPORT_WORKERS, 2",
    )


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return number


def _add_user(commands: Commands) -> None:
    user = commands.add_parser("user", help="who may sign in", epilog="example: rapport user add --help")
    add = _command(
        user.add_subparsers(dest="deed", metavar="DEED", required=True),
        "add",
        _user_add,
        "add a user; the password is read from standard input",
        "rapport user add ana@example.com --role member --name 'Ana Silva' < password.txt",
    )
    add.add_argument("email", metavar="EMAIL")
    add.add_argument(
        "--role", required=True, help="administrator, director, manager, member, guest or auditor"
    )
    add.add_argument("--name", default="", help="how colleagues call them")


def _add_understand(commands: Commands) -> None:
    understand = _command(
        commands,
        "understand",
        _understand,
        "say what one sentence means: who, how, what was promised, by when",
        "rapport understand 'called mette, send the list by friday 10' --language en --json",
    )
    understand.add_argument("sentence", metavar="SENTENCE")
    understand.add_argument("--language", metavar="LANG", default="en", help="en, da, lv, ms, fil or ta; en")
    understand.add_argument(
        "--at", metavar="MOMENT", help="now, as 2026-11-19T14:30 or with +01:00 behind it; else the clock's"
    )
    understand.add_argument("--json", action="store_true", help="one line of JSON, for scripts")


def _serve(chosen: argparse.Namespace, before: Sequence[str] = ()) -> int:
    from rapport.config import serving

    home = Path(os.environ.get("RAPPORT_HOME", "~/.local/share/rapport")).expanduser().resolve()
    plan = serving.Plan(home, chosen.host, chosen.port, chosen.workers, before)
    try:
        return serving.serve(plan)
    except serving.CannotServe as reason:
        return refuse(str(reason))


def _demo(chosen: argparse.Namespace) -> int:
    return _serve(chosen, before=["fill_practice_company"])


def _import(chosen: argparse.Namespace) -> int:
    if not chosen.file.is_file():
        return refuse(f"There is no file {chosen.file}.")
    options = [flag for flag, wanted in (("--yes", chosen.yes), ("--json", chosen.json)) if wanted]
    options += ["--user", chosen.user] if chosen.user else []
    options += ["--kind", chosen.kind] if chosen.kind else []
    return _call("import_file", str(chosen.file), *options)


def _understand(chosen: argparse.Namespace) -> int:
    options = ["--json"] if chosen.json else []
    options += ["--at", chosen.at] if chosen.at else []
    return _call("understand", "--language", chosen.language, *options, "--", chosen.sentence)


def _user_add(chosen: argparse.Namespace) -> int:
    return _call("add_user", chosen.email, "--role", chosen.role, "--name", chosen.name)


def _call(name: str, *words: str) -> int:
    """Run a management command on a migrated home; what it refuses is said in its own words."""
    from django.core.management import CommandError, call_command

    from rapport.config import loading, preparation
    from rapport.foundation.ui.reading import is_closed

    if is_closed(custody.home()):
        return refuse("This home is being upgraded. Try again in a moment.")
    loading.load()
    try:
        preparation.migrate()
        call_command(name, *words)
    except (CommandError, preparation.TooNew) as reason:
        return refuse(str(reason))
    except KeyboardInterrupt:
        return 130
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    """0 when all is well, 1 when something needs a hand. What it does not find it does not make."""
    from rapport.config import loading, sqlite

    loading.load()
    sqlite.must_exist = True
    from rapport.foundation.kernel.checks.queries import all_checks
    from rapport.foundation.kernel.clock.rules import now

    checks = all_checks(now())
    if chosen.json:
        print(json.dumps([check.as_dict() for check in checks]))
    else:
        for check in checks:
            print(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.detail}")
            if not check.ok:
                print(f"    {check.fix}")
    return 0 if all(check.ok for check in checks) else 1


def _mend(chosen: argparse.Namespace) -> int:
    return custody.call("mend", *(["--check"] if chosen.check else []))


def _verify(chosen: argparse.Namespace) -> int:
    return custody.call("verify", *(["--head", chosen.head] if chosen.head else []))


def _prepare_home(words: Sequence[str]) -> int:
    """Ours alone: what brings a home up to date. Its last line is JSON for whoever began it."""
    from rapport.config import lifeline, loading, preparation

    lifeline.die_with_parent()
    loading.load()
    try:
        code = preparation.prepare()
    except preparation.TooNew as reason:
        return refuse(str(reason))
    if words and (outcome := _call(*words)):
        return outcome
    print(json.dumps({"first_run_code": code if not words else None}))
    return 0


def _work(_words: Sequence[str]) -> int:
    """Ours alone: the worker, one to a home."""
    return _alone("work", "another worker")


def _copy(_words: Sequence[str]) -> int:
    """Ours alone: what makes the continuous copy, one to a home."""
    return _alone("copy_on", "another copying")


def _alone(command: str, who: str) -> int:
    from django.conf import settings

    from rapport.config import lifeline, loading, lock, sqlite

    lifeline.die_with_parent()
    loading.load()
    try:
        held = lock.hold(settings.HOME / f"{'worker' if command == 'work' else 'copy'}.lock")
    except lock.HeldError as other:
        return refuse(f"{who} (process {other}) is at work on this home.")
    sqlite.must_exist, os.environ[sqlite.MADE] = True, "1"
    with held:
        return _call(command)


def _web(words: Sequence[str]) -> int:
    """Ours alone: the web server. What one version may ask of another; see docs/decisions/0017.

    With more words, which no other version says, it first brings the home up to date, and runs the command they are."""
    import multiprocessing

    from rapport.config import lifeline, loading, serving

    host, port, workers, *more = words
    lifeline.die_with_parent()
    os.environ[lifeline.PARENT] = str(os.getpid())
    if loading.hand_down():
        loading.load_pages()
    if more:  # in a process of its own, whose memory goes back and whose connections nobody inherits
        preparation = multiprocessing.Process(target=_prepared, args=(more[1:],))
        preparation.start()
        preparation.join()
        if preparation.exitcode:
            return USAGE_ERROR
        os.dup2(2, 1)  # whoever waits for what it said hears that this was all
    serving.be_web(host, int(port), int(workers))
    return 0


def _prepared(words: Sequence[str]) -> None:
    sys.exit(_in_words(partial(_prepare_home, words)))


INNER: dict[str, Callable[[Sequence[str]], int]] = {
    "_copy": _copy,
    "_prepare": _prepare_home,
    "_upgrade": upgrading.inner,
    "_web": _web,
    "_work": _work,
}

if __name__ == "__main__":
    sys.exit(main())
