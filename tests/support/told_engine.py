"""An aerender that does what the composition's name tells it: words, separated by blanks.

Numbers: draws those frames; `pause`: for a moment; `wait`: until it is killed; `exit` and a code;
`say` and a text in hexadecimal: writes it as it is; `environment`, `arguments`: writes its own.
"""

import json
import os
import sys
import time


def main(arguments):
    option = dict(zip(arguments[::2], arguments[1::2], strict=False))
    print("aerender version 26.0x67", flush=True)
    words = iter(option["-comp"].split())
    for word in words:
        if word.isdecimal():
            with open(option["-output"], "a") as movie:  # noqa: PTH123 - pathlib imports slowly
                movie.write(f"{word}\n")
            print(f"PROGRESS:  0:00:00:0{word} ({word}): 0 Seconds", flush=True)
        elif word == "say":
            os.write(1, bytes.fromhex(next(words)))
        elif word == "environment":
            print(json.dumps(dict(os.environ)))
        elif word == "arguments":
            print(json.dumps(arguments))
        elif word == "pause":
            time.sleep(0.2)
        elif word == "wait":
            time.sleep(60)
        elif word == "exit":
            return int(next(words))
    return 0


sys.exit(main(sys.argv[1:]))
