//! Stands in for aws-lc-rs, with the names that the SDK uses. Signatures of webhooks and random bytes are real;
//! encryption, which the SDK uses for sessions and the vault, always fails.

#[derive(Debug)]
pub struct Unspecified;

pub mod rand {
    use std::io::Read;

    pub fn fill(bytes: &mut [u8]) -> Result<(), super::Unspecified> {
        std::fs::File::open("/dev/urandom")
            .and_then(|mut random| random.read_exact(bytes))
            .map_err(|_| super::Unspecified)
    }
}

pub mod constant_time {
    pub fn verify_slices_are_equal(a: &[u8], b: &[u8]) -> Result<(), super::Unspecified> {
        if a == b {
            Ok(())
        } else {
            Err(super::Unspecified)
        }
    }
}

pub mod digest {
    pub struct Algorithm;
    pub const SHA256: Algorithm = Algorithm;

    pub fn digest(_: &Algorithm, data: &[u8]) -> [u8; 32] {
        hmac_sha256::Hash::hash(data)
    }
}

pub mod hmac {
    pub struct Algorithm;
    pub const HMAC_SHA256: Algorithm = Algorithm;

    pub struct Key(Vec<u8>);

    impl Key {
        pub fn new(_: Algorithm, key: &[u8]) -> Self {
            Self(key.to_vec())
        }
    }

    pub struct Context(hmac_sha256::HMAC);

    impl Context {
        pub fn with_key(key: &Key) -> Self {
            Self(hmac_sha256::HMAC::new(&key.0))
        }

        pub fn update(&mut self, data: &[u8]) {
            self.0.update(data);
        }

        pub fn sign(self) -> [u8; 32] {
            self.0.finalize()
        }
    }
}

pub mod aead {
    use super::Unspecified;

    pub const NONCE_LEN: usize = 12;

    pub struct Algorithm;
    pub const AES_256_GCM: Algorithm = Algorithm;

    pub struct UnboundKey;

    impl UnboundKey {
        pub fn new(_: &Algorithm, _: &[u8]) -> Result<Self, Unspecified> {
            Err(Unspecified)
        }
    }

    pub struct LessSafeKey;

    impl LessSafeKey {
        pub fn new(_: UnboundKey) -> Self {
            Self
        }

        pub fn seal_in_place_append_tag<A>(&self, _: Nonce, _: Aad<A>, _: &mut Vec<u8>) -> Result<(), Unspecified> {
            Err(Unspecified)
        }

        pub fn open_in_place<'a, A>(&self, _: Nonce, _: Aad<A>, _: &'a mut [u8]) -> Result<&'a mut [u8], Unspecified> {
            Err(Unspecified)
        }
    }

    pub struct Nonce;

    impl Nonce {
        pub fn assume_unique_for_key(_: [u8; NONCE_LEN]) -> Self {
            Self
        }

        pub fn try_assume_unique_for_key(_: &[u8]) -> Result<Self, Unspecified> {
            Err(Unspecified)
        }
    }

    pub struct Aad<A>(std::marker::PhantomData<A>);

    impl<A> Aad<A> {
        pub fn from(_: A) -> Self {
            Self(std::marker::PhantomData)
        }
    }

    impl Aad<[u8; 0]> {
        pub fn empty() -> Self {
            Self::from([])
        }
    }
}
