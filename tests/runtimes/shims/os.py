# Stands for what a bundle takes from CircuitPython's module os.


def urandom(count: int) -> bytes:
    return bytes([17 * (at + 1) & 255 for at in range(count)])
