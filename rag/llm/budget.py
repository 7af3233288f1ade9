"""What a day may cost: tokens are set aside before a request and settled after it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from decimal import Decimal

from rag.llm.settings import ModelSettings

MILLION = Decimal(1_000_000)
CHARS_PER_TOKEN = 2  # Norwegian takes about three; a guess on the dear side, where no usage is told


class Budget:
    """The tokens and the money of the day that is; shared by all threads of the process.

    Args:
        settings: the limits and the prices.
        today: tells the day.
    """

    def __init__(self, settings: ModelSettings, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._settings, self._today = settings, today
        self._day = today()
        self._lock = threading.Lock()
        self.tokens, self.cost = 0, Decimal(0)

    def take(self, tokens_in: int, tokens_out: int) -> bool:
        """Set tokens aside for a request; False, and nothing taken, where the day has no room for them."""
        with self._lock:
            if (day := self._today()) != self._day:
                self._day, self.tokens, self.cost = day, 0, Decimal(0)
            tokens, cost = tokens_in + tokens_out, self.price(tokens_in, tokens_out)
            limits = self._settings
            if limits.tokens_per_day is not None and self.tokens + tokens > limits.tokens_per_day:
                return False
            if limits.cost_per_day is not None and self.cost + cost > limits.cost_per_day:
                return False
            self.tokens, self.cost = self.tokens + tokens, self.cost + cost
            return True

    def settle(self, taken: tuple[int, int], used: tuple[int, int]) -> None:
        """Count what a request used in place of what was set aside for it."""
        with self._lock:
            self.tokens = max(0, self.tokens + sum(used) - sum(taken))
            self.cost = max(Decimal(0), self.cost + self.price(*used) - self.price(*taken))

    def price(self, tokens_in: int, tokens_out: int) -> Decimal:
        """What tokens cost."""
        price_in, price_out = self._settings.prices
        return (tokens_in * price_in + tokens_out * price_out) / MILLION


def guess_tokens(text: str) -> int:
    """About how many tokens a text is."""
    return len(text) // CHARS_PER_TOKEN + 1
