"""Certificates for tests: an authority, and a server certificate of it for loopback."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _builder(subject: str, issuer: str, key: Key) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def authority() -> tuple[str, Key]:
    """A made-up certificate authority: PEM and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _builder("test authority", "test authority", key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return _pem(made.sign(key, hashes.SHA256())), key


def authority_pem() -> str:
    """Its certificate alone."""
    return authority()[0]


def server(authority_key: Key) -> tuple[str, str]:
    """Certificate and key (PEM) of a server on 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")])
    made = _builder("localhost", "test authority", key).add_extension(names, critical=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _pem(made.sign(authority_key, hashes.SHA256())), secret.decode("ascii")
