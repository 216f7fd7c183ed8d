//! A register that is made up, in the figures of the year 2023: so many dossiers received, so many a year
//! before, done, late, online, with less paid, and of nine essential services. No person in it is real.

use std::io::{self, Write};

/// What a year is made of.
#[derive(Clone, Copy)]
pub struct Year {
    pub received: u32,
    pub before: u32,
    pub processed: u32,
    pub late: u32,
    pub online: u32,
    pub reductions: u32,
    pub essential: u32,
    pub visits: u32,
}

/// The year 2023 as it was reported.
pub const YEAR_2023: Year = Year {
    received: 83_786,
    before: 66_204,
    processed: 81_750,
    late: 1_558,
    online: 45_881,
    reductions: 889,
    essential: 26_417,
    visits: 74_098,
};

impl Year {
    /// A tenth of it, with the same shares.
    pub fn tenth(self) -> Self {
        let tenth = |count: u32| (count + 5) / 10;
        Self {
            received: tenth(self.received),
            before: tenth(self.before),
            processed: tenth(self.processed),
            late: tenth(self.late),
            online: tenth(self.online),
            reductions: tenth(self.reductions),
            essential: tenth(self.essential),
            visits: tenth(self.visits),
        }
    }
}

/// Essential services that there are dossiers of.
pub const SERVICES: u32 = 9;
/// All procedures; the first of them are the essential services.
const PROCEDURES: u32 = 120;

/// The code of a procedure.
pub fn procedure(number: u32) -> String {
    format!("1.{:06}", 1_000 + number)
}

/// The dossiers of the year and of the one before, as CSV of the layout `mc`.
pub fn dossiers(year: Year, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "MaHoSo,MaTTHC,TenTTHC,MaLinhVuc,TenLinhVuc,KenhThucHien,LoaiDoiTuong,ChuHoSo,LoaiDinhDanh,SoDinhDanh,NgayNopHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,TrangThaiHoSo,HoSoCoThanhPhanSoHoa"
    )?;
    for ordinal in 0..year.before {
        dossier(out, 2022, ordinal, year.before, &Kind { procedure: 50, online: false, late: false, processed: true })?;
    }
    for ordinal in 0..year.received {
        // Spread over the year, each property on its own.
        let is = |count: u32, step: u32| u64::from(ordinal) * u64::from(step) % u64::from(year.received) < u64::from(count);
        let procedure = if is(year.essential, 13) { ordinal % SERVICES } else { SERVICES + ordinal % (PROCEDURES - SERVICES) };
        // What is not done by the end is not due yet; late ones are done.
        let processed = is(year.processed, 1);
        let kind = Kind { procedure, online: is(year.online, 11), late: processed && ordinal < year.late, processed };
        dossier(out, 2023, ordinal, year.received, &kind)?;
    }
    Ok(())
}

struct Kind {
    procedure: u32,
    online: bool,
    late: bool,
    processed: bool,
}

fn dossier(out: &mut impl Write, year: u32, ordinal: u32, all: u32, kind: &Kind) -> io::Result<()> {
    let day_of_year = u64::from(ordinal) * 336 / u64::from(all.max(1));
    let (month, day) = (day_of_year / 28 + 1, day_of_year % 28 + 1);
    let on = |plus: u64| {
        let (mut month, mut day, mut year) = (month, day + plus, year);
        if day > 28 {
            (month, day) = (month + 1, day - 28);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
        format!("{day:02}/{month:02}/{year}")
    };
    let code = format!("H38.16-{:02}{month:02}{day:02}-{ordinal:05}", year % 100);
    let procedure = procedure(kind.procedure);
    let field = kind.procedure % 12;
    let channel = if kind.online { 2 } else { 1 };
    let owner = format!("010{:09}", u64::from(ordinal) * 7_919 % 1_000_000_000);
    let (end, status) = match (kind.processed, kind.late) {
        (false, _) => (String::new(), 4),
        (true, true) => (on(9), 10),
        (true, false) => (on(4), 9 + ordinal % 2),
    };
    // Not done: the appointment is kept open beyond the year.
    let due = if kind.processed { on(7) } else { format!("15/02/{}", year + 1) };
    writeln!(
        out,
        "{code},{procedure}.000.00.00.H38,Thủ tục số {},LV{field:02},Lĩnh vực {field},{channel},1,Người Mẫu Số {ordinal},1,{owner},{} 07:45:00,{} 08:30:00,{due},{end},{status},{}",
        kind.procedure,
        on(0),
        on(0),
        ordinal % 2
    )
}

/// Dossiers with less paid, as CSV.
pub fn reductions(year: Year, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "MaHoSo,NgayGiam,SoTienGiam,CanCu")?;
    for ordinal in 0..year.reductions {
        writeln!(out, "H38.16-23{:02}15-9{ordinal:04},15/{:02}/2023,12500,NQ 10/2023/NQ-HĐND", 8 + ordinal % 5, 8 + ordinal % 5)?;
    }
    Ok(())
}

/// Visits day by day, as CSV.
pub fn visits(year: Year, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "Ngay,SoLuot")?;
    for day in 0..250u32 {
        let count = year.visits / 250 + u32::from(day < year.visits % 250);
        writeln!(out, "{:02}/{:02}/2023,{count}", day % 25 + 1, day / 25 + 1)?;
    }
    Ok(())
}

/// Settings of an office whose essential services are the first procedures.
pub fn register_toml() -> String {
    let service = |number: u32| {
        let codes = if number < SERVICES { format!("{:?}", procedure(number)) } else { String::new() };
        format!("  {{ name = \"Dịch vụ {number}\", procedures = [{codes}] }},\n")
    };
    format!("[report]\nessential = [\n{}]\n", (0..25).map(service).collect::<String>())
}
