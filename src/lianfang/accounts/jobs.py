"""Background work is done as its owner, with what he may do when it is done."""

from lianfang.accounts import sessions
from lianfang.kernel import jobs

jobs.connect(sessions.actor_of_user)
