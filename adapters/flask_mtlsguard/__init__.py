"""mtlsguard for Flask.

app = Flask(__name__)
app.config["MTLSGUARD"] = "mtlsguard.toml"   # or the same keys as a mapping
mtls = MTLSGuard(app)                        # or MTLSGuard() and init_app in a factory

@app.get("/invoices/<int:number>")
@mtls.require("billing")
def invoice(number): ...
"""

from flask_mtlsguard.extension import MTLSGuard
from flask_mtlsguard.identity import client_identity, current_identity

__all__ = ["MTLSGuard", "client_identity", "current_identity"]
