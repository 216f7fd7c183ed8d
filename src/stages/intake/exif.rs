//! The two things that EXIF may say of a scan: its resolution and its orientation.

use crate::model::geometry::Resolution;

/// What was found; zero or `None` where EXIF is silent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ExifInfo {
    /// 1 to 8, or 0 if not stated.
    pub(super) orientation: u32,
    pub(super) resolution: Option<Resolution>,
}

struct Reader<'a> {
    data: &'a [u8],
    big_endian: bool,
}

impl Reader<'_> {
    fn u16(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 2] = self.data.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(u32::from(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }))
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = self.data.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn rational(&self, at: usize) -> Option<f32> {
        let (above, below) = (self.u32(at)?, self.u32(at.checked_add(4)?)?);
        (below != 0).then(|| (f64::from(above) / f64::from(below)) as f32)
    }
}

/// Reads the first directory of the TIFF structure inside EXIF (CIPA DC-008, 4.6).
pub(super) fn read(data: &[u8]) -> ExifInfo {
    let reader = Reader { data, big_endian: data.starts_with(b"MM") };
    let mut info = ExifInfo::default();
    let (mut x, mut y, mut per_inch) = (None, None, 1.0);
    let Some(start) = reader.u32(4).map(|offset| offset as usize) else { return info };
    let entries = reader.u16(start).unwrap_or(0) as usize;
    for entry in (0..entries).filter_map(|index| start.checked_add(2 + index * 12)) {
        let (Some(tag), Some(short), Some(long)) = (reader.u16(entry), reader.u16(entry + 8), reader.u32(entry + 8)) else {
            break;
        };
        match tag {
            0x0112 => info.orientation = short,
            0x011A => x = reader.rational(long as usize),
            0x011B => y = reader.rational(long as usize),
            0x0128 => per_inch = unit_per_inch(short),
            _ => {}
        }
    }
    if let (Some(x), Some(y)) = (x, y) {
        info.resolution = Some(Resolution { x: x * per_inch, y: y * per_inch });
    }
    info
}

/// How many of a resolution unit (of EXIF and TIFF) make an inch. Writers that state none mean
/// inches, if their numbers mean anything.
pub(super) fn unit_per_inch(unit: u32) -> f32 {
    if unit == 3 { 2.54 } else { 1.0 }
}
