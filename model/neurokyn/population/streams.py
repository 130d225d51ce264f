"""Random streams: one for each decision, counted by person.

A stream belongs to what it decides. Its key is a hash of the seed and the name of the decision, its counter is the
person (Philox), so a number depends on seed, decision and person alone: more people, another order or a draw added
elsewhere change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from scipy.special import ndtri

from neurokyn.errors import ScenarioError

WORDS = 4  # a Philox block holds four words; one block for each person
OF_ONE_PERSON = 1  # third word of the counter: draws for many people at once have 0 there


@dataclass(frozen=True)
class Stream:
    """The random numbers of one decision.

    Parameters
    ----------
    seed : int
        Of the whole study, 0 or more.
    name : str
        What is decided, such as "covariate.age".

    Raises
    ------
    ScenarioError
        If the seed is no whole number of 0 or more, or the name is empty.

    Examples
    --------
    >>> age = Stream(1, "covariate.age")
    >>> bool((age.uniform(10) == age.uniform(100)[:10]).all())
    True
    """

    seed: int
    name: str

    def __post_init__(self) -> None:
        if isinstance(self.seed, bool) or not isinstance(self.seed, (int, np.integer)) or self.seed < 0:
            raise ScenarioError(f"seed = {self.seed!r} must be a whole number of 0 or more")
        if not isinstance(self.name, str) or not self.name:
            raise ScenarioError("a random stream needs the name of what it decides, such as 'covariate.age'")

    @property
    def key(self) -> np.ndarray:
        """The key of the generator, two words."""
        digest = blake2b(f"{int(self.seed)}:{self.name}".encode(), digest_size=16).digest()
        return np.frombuffer(digest, dtype="<u8").astype(np.uint64)

    def uniform(self, n: int, first: int = 0, turn: int = 0) -> np.ndarray:
        """One number for each of n people, evenly between 0 and 1.

        Parameters
        ----------
        n : int
            How many people.
        first : int
            Number of the first person.
        turn : int
            0 for the first draw, 1 for the second, and so on.

        Returns
        -------
        ndarray, shape (n,)
            Numbers above 0 and below 1.

        Raises
        ------
        ScenarioError
            If a number is negative.
        """
        if min(n, first, turn) < 0:
            raise ScenarioError(f"people and turns are counted from 0 up, not n = {n}, first = {first}, turn = {turn}")
        blocks = np.random.Philox(key=self.key, counter=[first, turn, 0, 0]).random_raw(WORDS * n)
        return (np.asarray(blocks).reshape(n, WORDS)[:, 0] >> np.uint64(11)) * 2.0**-53 + 2.0**-54

    def normal(self, n: int, first: int = 0, turn: int = 0) -> np.ndarray:
        """One standard normal number for each of n people; arguments as in `uniform`."""
        return np.asarray(ndtri(self.uniform(n, first, turn)))

    def of(self, person: int) -> np.random.Generator:
        """A generator of as many numbers as wanted, for one person.

        Parameters
        ----------
        person : int
            The person's number.

        Returns
        -------
        numpy.random.Generator
            Apart from what `uniform` draws, and from every other person's.

        Raises
        ------
        ScenarioError
            If the number is negative.
        """
        if person < 0:
            raise ScenarioError(f"people are counted from 0 up, not {person}")
        return np.random.Generator(np.random.Philox(key=self.key, counter=[0, person, OF_ONE_PERSON, 0]))
