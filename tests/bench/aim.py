"""An aim of the project beside what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """One aim of the project and what was measured; None where it was not."""

    what: str
    figure: str
    met: bool | None

    def __str__(self) -> str:
        verdict = "met" if self.met else "NOT MET" if self.met is not None else "not measured"
        return f"  {verdict:<12} {self.what:<58} {self.figure}"
