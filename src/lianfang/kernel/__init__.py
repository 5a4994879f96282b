"""What every part stands on and no part of the domain: actor, scope, permissions, errors, audit, clock."""
