"""A content security policy with nonces, as django-csp would set it."""

import secrets


def policy(get_response):
    def respond(request):
        request.csp_nonce = secrets.token_urlsafe(16)
        response = get_response(request)
        # The project's own htmx has hx-on, which evaluates.
        source = f"'nonce-{request.csp_nonce}' 'strict-dynamic' 'unsafe-eval'"
        response["Content-Security-Policy"] = "; ".join(
            ["default-src 'self'", "img-src 'self' data:", f"script-src {source}", "style-src 'self' 'unsafe-inline'"]
        )
        return response

    return respond
