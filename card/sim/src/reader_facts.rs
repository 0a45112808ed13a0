//! What a reader says of itself.

/// The make of a reader, as PC/SC tells it (`SCardGetAttrib`). What is `None` is not told: libccid tells vendor,
/// version and serial number of most USB readers, and no type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReaderFacts {
    /// `SCARD_ATTR_VENDOR_NAME`.
    pub vendor: Option<String>,
    /// `SCARD_ATTR_VENDOR_IFD_TYPE`.
    pub product: Option<String>,
    /// `SCARD_ATTR_VENDOR_IFD_VERSION`: major, minor, build.
    pub version: Option<(u8, u8, u16)>,
    /// `SCARD_ATTR_VENDOR_IFD_SERIAL_NO`.
    pub serial: Option<String>,
}

const VENDOR_NAME: u32 = 0x0001_0100;
const VENDOR_IFD_TYPE: u32 = 0x0001_0101;
const VENDOR_IFD_VERSION: u32 = 0x0001_0102;
const VENDOR_IFD_SERIAL: u32 = 0x0001_0103;

impl ReaderFacts {
    /// Every attribute with its value; empty where nothing is told.
    pub(crate) fn attributes(&self) -> [(u32, Vec<u8>); 4] {
        // PC/SC's strings end with a zero, which counts.
        let text = |text: &Option<String>| text.as_ref().map_or_else(Vec::new, |text| [text.as_bytes(), &[0]].concat());
        let version = self.version.map_or_else(Vec::new, |(major, minor, build)| {
            (u32::from(major) << 24 | u32::from(minor) << 16 | u32::from(build)).to_ne_bytes().to_vec()
        });
        [
            (VENDOR_NAME, text(&self.vendor)),
            (VENDOR_IFD_TYPE, text(&self.product)),
            (VENDOR_IFD_VERSION, version),
            (VENDOR_IFD_SERIAL, text(&self.serial)),
        ]
    }
}
