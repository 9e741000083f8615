"""A program for tests: a supervisor over Python programs given on the command line, as `NAME=CODE`.

Says `NAME PID` of each when it is started, `ready` when all are, and what ended it; each NAME is written to the file
`order` when it ends at a signal. Patience with a program is an hour: a test that counts on force would not end.
"""

import signal
import sys
from pathlib import Path

from zhunkao.demo.supervisor import Stopped, Supervisor
from zhunkao.processes import ProcessError, Program, Stop

STEADY = """
import pathlib, signal, sys
def end(*_):
    with pathlib.Path("order").open("a") as file: file.write("{name}\\n")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("started", flush=True)
while True: signal.pause()
"""
STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("started", flush=True)
while True: signal.pause()
"""
CODES = {"steady": STEADY, "stubborn": STUBBORN}


def program(name: str, code: str) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-c", CODES.get(code, code).replace("{name}", name)],
        log=Path("logs") / f"{name}.log",
        folder=Path.cwd(),
        stop_by=Stop(signals=((signal.SIGTERM, 3600.0),)),
    )


def main(arguments: list[str]) -> int:
    try:
        with Supervisor() as supervisor:
            for argument in arguments:
                thing = program(*argument.split("=", 1))
                supervisor.start(thing, by=thing.start)
                print(thing.name, thing.pid, flush=True)
                while not thing.log.read_text():
                    supervisor.watch()
            print("ready", flush=True)
            supervisor.watch_until_stopped()
    except Stopped:
        print("stopped", flush=True)
    except ProcessError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


sys.exit(main(sys.argv[1:]))
