//! Frame and scans of a JPEG: which blocks there are, and in which order they are coded.

/// A component of the image.
#[derive(Debug, Clone, Default)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) across: u32,
    pub(super) down: u32,
    /// Which quantisation table.
    pub(super) table: u8,
}

/// What the frame header says.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    pub(super) progressive: bool,
    pub(super) width: u32,
    /// 0 if it is not known beforehand.
    pub(super) height: u32,
    pub(super) components: Vec<Component>,
}

/// What a scan header says.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// Place of the component in the frame, DC table, AC table.
    pub(super) parts: Vec<(usize, usize, usize)>,
    pub(super) from: u8,
    pub(super) to: u8,
    pub(super) high: u8,
    pub(super) low: u8,
}

impl Frame {
    pub(super) fn read(code: u8, body: &[u8]) -> Option<Self> {
        let [_, h1, h0, w1, w0, count, parts @ ..] = body else { return None };
        let components: Vec<Component> = parts
            .chunks_exact(3)
            .take(usize::from(*count))
            .filter_map(|part| match part {
                [id, factors, table] => {
                    Some(Component { id: *id, across: u32::from(factors >> 4), down: u32::from(factors & 15), table: *table })
                }
                _ => None,
            })
            .collect();
        let sensible = |component: &Component| (1..=4).contains(&component.across) && (1..=4).contains(&component.down);
        if components.len() != usize::from(*count) || components.is_empty() || !components.iter().all(sensible) {
            return None;
        }
        let side = |high: &u8, low: &u8| u32::from(u16::from_be_bytes([*high, *low]));
        Some(Self { progressive: code == 0xC2, width: side(w1, w0), height: side(h1, h0), components })
    }

    fn most(&self) -> (u32, u32) {
        let most = |of: fn(&Component) -> u32| self.components.iter().map(of).max().unwrap_or(1);
        (most(|component| component.across), most(|component| component.down))
    }

    /// Groups of blocks across and down, where several components are coded together.
    pub(super) fn groups(&self) -> (u32, u32) {
        let (across, down) = self.most();
        (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down))
    }

    /// Blocks of one component across and down, where it is coded alone.
    pub(super) fn blocks(&self, component: &Component) -> (u32, u32) {
        let (across, down) = self.most();
        let blocks = |side: u32, own: u32, most: u32| (side * own).div_ceil(most).div_ceil(8);
        (blocks(self.width, component.across, across), blocks(self.height, component.down, down))
    }

    /// Lines of pixels in a row of what a scan codes together.
    pub(super) fn lines_of_row(&self, scan: &Scan) -> u32 {
        let (_, down) = self.most();
        match scan.parts.as_slice() {
            [(part, ..)] => 8 * down / self.components.get(*part).map_or(1, |component| component.down.max(1)),
            _ => 8 * down,
        }
    }
}

impl Scan {
    pub(super) fn read(frame: &Frame, body: &[u8]) -> Option<Self> {
        let (&count, rest) = body.split_first()?;
        let count = usize::from(count);
        let parts: Vec<_> = rest
            .chunks_exact(2)
            .take(count)
            .filter_map(|part| match part {
                [id, tables] => {
                    let place = frame.components.iter().position(|component| component.id == *id)?;
                    Some((place, usize::from(tables >> 4), usize::from(tables & 15)))
                }
                _ => None,
            })
            .collect();
        let [from, to, bits] = *rest.get(2 * count..2 * count + 3)? else { return None };
        let whole = parts.len() == count && !parts.is_empty() && from <= to && to < 64;
        whole.then_some(Self { parts, from, to, high: bits >> 4, low: bits & 15 })
    }
}
