"""What the server loads."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"
# Checking a signature or asking the database gives the interpreter away for a tenth of a millisecond; by Python's usual
# 5 ms a thread would wait fifty times as long to have it back from one that reckons, and two cores would do one's work.
sys.setswitchinterval(0.0005)

application = get_wsgi_application()
# What is loaded now stays: without this the collector would look through all of it again and again, a tenth of a second
# each time, while somebody waits at a gate.
gc.collect()
gc.freeze()
