"""TLS between a service and its relay: an authority for this machine only, and the certificate of the relay."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import certifi

from harness.core.errors import ConfigError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

FOLDER = Path("reports", "relay-ca")
"""Where the authority is kept, so that a service that trusts it goes on trusting it."""

VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Environment variables that make clients trust a file: OpenSSL, httpx and aiohttp; requests; Node."""

TRUSTED = "trusted.pem"
DAYS = 365
NAMES = ("localhost", "127.0.0.1", "::1")
"""What the authority may vouch for; clients refuse its word for any other name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate authority of this machine. bundle: the public authorities and this one, in one file."""

    certificate: "Certificate"
    key: "EllipticCurvePrivateKey"
    bundle: Path

    def server_context(self) -> ssl.SSLContext:
        """What a relay needs to be trusted by clients that trust the bundle."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        key = ec.generate_private_key(ec.SECP256R1())
        leaf = (
            _builder("golive-harness relay", self.certificate.subject, key)
            .add_extension(x509.SubjectAlternativeName([_general(name) for name in NAMES]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as name:  # the ssl module reads keys from files only
            file = Path(name, "leaf.pem")
            file.touch(mode=0o600)
            file.write_bytes(_pem(leaf) + _private(key))
            context.load_cert_chain(file)
        return context


def how_to_trust(names: Sequence[str]) -> str:
    """What to set in the environment of the service, so that it trusts the relays of these upstreams."""
    first, *others = VARIABLES
    file = (FOLDER / TRUSTED).absolute()
    relays = f"the relay{'s' * (len(names) > 1)} of {', '.join(names)}"
    return f"so that the service trusts {relays}, start it with {first}={file} (or {', '.join(others)})"


def authority(folder: Path = FOLDER) -> Authority:
    """The authority that is kept in the folder; a new one if there is none, or if it ends within a day.

    Its key can only vouch for names of this machine. ConfigError without the package `cryptography`.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise ConfigError(
            "a relay with https:// needs a certificate, and cryptography is not installed\n"
            "  pip install 'golive-harness[upstreams]'"
        ) from None
    kept, bundle = folder / "authority.pem", folder / TRUSTED
    try:
        raw = kept.read_bytes()
        certificate, key = x509.load_pem_x509_certificate(raw), load_pem_private_key(raw, None)
        if certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=1) and bundle.exists():
            return Authority(certificate=certificate, key=key, bundle=bundle)  # type: ignore[arg-type]
    except (OSError, ValueError):
        pass
    return _new(kept, bundle)


def _new(kept: Path, bundle: Path) -> Authority:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "golive-harness relays of this machine")])
    permitted: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ip_network("127.0.0.0/8")),
        x509.IPAddress(ip_network("::1/128")),
    ]
    certificate = (
        _builder("golive-harness relays of this machine", subject, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_bytes(_pem(certificate) + _private(key))
    bundle.write_bytes(_pem(certificate) + b"\n" + Path(certifi.where()).read_bytes())
    return Authority(certificate=certificate, key=key, bundle=bundle)


def _builder(name: str, issuer: "x509.Name", key: "EllipticCurvePrivateKey") -> "x509.CertificateBuilder":
    from cryptography import x509

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _general(name: str) -> "x509.GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: "Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _private(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
