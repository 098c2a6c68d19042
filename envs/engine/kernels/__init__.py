"""The compiled kernels: a customer's tick step by step, and the draw of the customers.

Modules follow the steps of ``docs/model/customer.md``. Kernels of the company and of what agents do
and see stand beside what they belong to, in modules called ``*_kernels``; all are compiled and
cached as ``compiling`` and ``cache`` say. A kernel module imports nothing of this package but
kernel modules and array types, so that the key of the cache covers all that a kernel depends on.

Letters: ``B`` environments, ``C`` channels, ``N`` customers of all environments, ``K`` customers of
the widest block, ``P`` spans of a block, ``S`` segments, ``M`` messages, ``O`` offers, ``L`` levels
of intensity, ``T`` ticks of an episode.
"""

from onevoice.envs.engine.kernels.buffers import BUFFERS as BUFFERS
from onevoice.envs.engine.kernels.buffers import Buffers as Buffers
from onevoice.envs.engine.kernels.buffers import make_buffers as make_buffers
from onevoice.envs.engine.kernels.columns import *  # noqa: F403  # all of them, as explained there
from onevoice.envs.engine.kernels.decision import advance as advance
from onevoice.envs.engine.kernels.decision import sum_by_segment as sum_by_segment
from onevoice.envs.engine.kernels.draws import first_turn as first_turn
from onevoice.envs.engine.kernels.inputs import PARAMETERS as PARAMETERS
from onevoice.envs.engine.kernels.inputs import Channels as Channels
from onevoice.envs.engine.kernels.inputs import Markets as Markets
from onevoice.envs.engine.kernels.inputs import Plan as Plan
from onevoice.envs.engine.kernels.inputs import Rates as Rates
from onevoice.envs.engine.kernels.inputs import silent_plan as silent_plan
from onevoice.envs.engine.kernels.purposes import *  # noqa: F403  # likewise
from onevoice.envs.engine.kernels.rules import RULEBOOK as RULEBOOK
from onevoice.envs.engine.kernels.rules import Rules as Rules
from onevoice.envs.engine.kernels.setup import Origin as Origin
from onevoice.envs.engine.kernels.setup import draw_customers as draw_customers
from onevoice.envs.engine.kernels.state import STATE as STATE
from onevoice.envs.engine.kernels.state import Customers as Customers
from onevoice.envs.engine.kernels.state import Traits as Traits
