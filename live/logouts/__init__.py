"""Log-outs, where sessions are in signed cookies: the server keeps nothing that it could delete, and Django takes such
a cookie for as long as it is valid, also after its user has logged out.

So every log-in gets an id, which is in its session, and the ids of those that have ended are stored until their cookies
would have expired. An open page whose session is of such a log-in ends within seconds, in every process. Nothing else
is changed: over HTTP it is Django that takes a cookie or not.
"""
