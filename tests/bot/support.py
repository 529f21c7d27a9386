"""The real bot for a test: poller, inbox and workers in a thread, against the simulator."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.application import build_application, handle_update
from bot.bridge import call_service, close_connections
from bot.listener import Listener
from bot.poller import Poller
from bot.processor import Processor


@contextmanager
def running_bot(*, workers: int = 4) -> Iterator[None]:
    """Run the bot until the block ends, then wait until it has let go of the database."""
    ready = threading.Event()
    problems: list[BaseException] = []
    loop_and_stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        loop_and_stop.append((asyncio.get_running_loop(), stop))
        application = build_application()
        await application.initialize()
        processor = Processor(lambda payload: handle_update(application, payload), workers=workers)
        listener = Listener(processor.wake)
        jobs = [asyncio.create_task(j) for j in
                (processor.run(), listener.run(), Poller(listener).run())]  # fmt: skip
        ready.set()
        await stop.wait()
        for job in jobs:
            job.cancel()
        results = await asyncio.gather(*jobs, return_exceptions=True)
        problems.extend(r for r in results if isinstance(r, Exception))
        await application.shutdown()
        await call_service(close_connections)

    def main() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            problems.append(error)
            ready.set()

    thread = threading.Thread(target=main, name="bot")
    thread.start()
    assert ready.wait(20), "the bot did not start"
    try:
        yield
    finally:
        if loop_and_stop:
            loop, stop = loop_and_stop[0]
            if not loop.is_closed():
                loop.call_soon_threadsafe(stop.set)
        thread.join(30)
    assert not problems, problems
