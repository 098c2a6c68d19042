"""The customer model in plain NumPy: documentation, test oracle and peer of the speed study.

It reads like the section "One tick" of ``docs/model/customer.md``: whole arrays and ``np.where``,
one environment, no scratch memory, no compiled code. The kernels of ``onevoice.envs.engine`` must
agree with it count for count and bit for bit; ``tests/envs/test_kernels.py`` compares them. Nothing
in ``onevoice.envs`` imports it.

| module | subject |
|---|---|
| ``arithmetic``, ``draws`` | elementary functions in float32; counter-based random numbers |
| ``customers``, ``setup``, ``blocks`` | traits and state, their draws, and blocks |
| ``advance``, ``tick``, ``counts`` | one decision: the steps of a tick, its values, tallies |
| ``demand``, ``contact``, ``response`` | steps 1 to 4 |
| ``conflict``, ``purchase``, ``consequences`` | steps 5 to 8 |
| ``budget`` | payment of touches, and division of the budget among blocks |
| ``coordination``, ``rules`` | wishes, leaks and holdouts; the rules that object to a wish |
| ``directives`` | actions and an orchestrator's directives as a plan |
| ``reallocation`` | money moved between the budgets of channels |
| ``survey`` | sums over the customers, and their equity |

Letters: ``C`` channels, ``N`` customers, ``S`` segments, ``M`` messages.
"""

from onevoice.envs.reference.advance import advance
from onevoice.envs.reference.counts import Counts
from onevoice.envs.reference.customers import Customers
from onevoice.envs.reference.directives import plan_of
from onevoice.envs.reference.setup import draw_customers
from onevoice.envs.reference.survey import survey

__all__ = ["Counts", "Customers", "advance", "draw_customers", "plan_of", "survey"]
