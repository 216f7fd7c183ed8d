"""What scanning does to lines, on whole batches: (batch, 56, width) of ink in 0..255 becomes
(batch, 1, 40, width * 40 / 56) of ink in 0..1, as the reader is given it."""

import math

import torch
import torch.nn.functional as F

ROWS = 40
# Luminance at quality 50, as every JPEG encoder has it.
JPEG = torch.tensor(
    [
        [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    dtype=torch.float32,
)


class Draw:
    """Random numbers, one for each line of a batch."""

    def __init__(self, batch, device):
        self.batch, self.device = batch, device

    def between(self, low, high):
        return torch.rand(self.batch, 1, 1, 1, device=self.device) * (high - low) + low

    def often(self, share):
        """1 for so large a share of lines, 0 for the others."""
        return (torch.rand(self.batch, 1, 1, 1, device=self.device) < share).float()

    def sometimes(self, low, high, share):
        """Between `low` and `high` for a share of lines, 0 for the others."""
        return self.between(low, high) * self.often(share)

    def noise(self, height, width):
        return torch.randn(self.batch, 1, height, width, device=self.device)

    def grain(self, height, width):
        return torch.rand(self.batch, 1, height, width, device=self.device)

    def clouds(self, height, width, columns):
        rough = torch.rand(self.batch, 1, 2, max(2, columns), device=self.device)
        return F.interpolate(rough, (height, width), mode="bilinear", align_corners=True)


def blurred(x, sigma):
    radius = max(1, int(3 * sigma + 0.5))
    kernel = torch.exp(-torch.arange(-radius, radius + 1, device=x.device, dtype=x.dtype) ** 2 / (2 * sigma * sigma))
    kernel = kernel / kernel.sum()
    x = F.conv2d(F.pad(x, (radius, radius, 0, 0), mode="replicate"), kernel.view(1, 1, 1, -1))
    return F.conv2d(F.pad(x, (0, 0, radius, radius), mode="replicate"), kernel.view(1, 1, -1, 1))


def jpeg(x, factor):
    """Each line through the blocks of a JPEG whose table is `factor` times that of quality 50."""
    batch, _, height, width = x.shape
    place = torch.arange(8.0)
    cosines = torch.cos((2 * place + 1) * place.view(-1, 1) * math.pi / 16) * 0.5
    cosines[0] /= math.sqrt(2)
    cosines = cosines.to(x.device)
    blocks = (x * 255 - 128).view(batch, height // 8, 8, width // 8, 8).permute(0, 1, 3, 2, 4)
    table = JPEG.to(x.device) * factor.view(batch, 1, 1, 1, 1)
    kept = torch.round(cosines @ blocks @ cosines.T / table) * table
    blocks = cosines.T @ kept @ cosines
    return (blocks.permute(0, 1, 3, 2, 4).reshape(batch, 1, height, width) + 128) / 255


def strokes(x, draw):
    """Fatter or thinner."""
    fat, thin = F.max_pool2d(x, 3, 1, 1), -F.max_pool2d(-x, 3, 1, 1)
    share, kind = draw.between(0, 1), draw.between(0, 1)
    return torch.where(kind < 0.16, x + (fat - x) * share * 0.8, torch.where(kind < 0.30, x + (thin - x) * share * 0.6, x))


def moved(x, draw, width):
    """Stretched, shifted, leaning, slanted and waved, at the height of the reader."""
    flat = lambda values: values.view(-1, 1, 1)
    _, _, rows, columns = x.shape
    ys, xs = torch.meshgrid(
        torch.arange(ROWS, device=x.device) + 0.5, torch.arange(width, device=x.device) + 0.5, indexing="ij"
    )
    ys, xs = ys[None], xs[None]
    middle, scale = ROWS / 2, rows / ROWS
    wave = flat(draw.sometimes(0, 1.4, 0.25)) * torch.sin(
        xs * flat(2 * math.pi / draw.between(150, 900)) + flat(draw.between(0, 6.3))
    )
    lean = torch.where(draw.often(0.25) > 0, draw.between(-0.03, 0.03), draw.sometimes(-0.006, 0.006, 0.5))
    from_y = (
        (ys - middle) * flat(1 + draw.sometimes(-0.06, 0.12, 0.6)) + middle
        + flat(draw.sometimes(-2.2, 2.2, 0.6)) + (xs - width / 2) * flat(lean) + wave
    ) * scale
    slant = flat(draw.sometimes(-0.14, 0.14, 0.3))
    from_x = (xs * flat(1 + draw.sometimes(0, 0.16, 0.5)) + (ys - middle) * slant) * scale
    grid = torch.stack((from_x / columns * 2 - 1, from_y / rows * 2 - 1), -1)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False), xs, ys


def faded(x, draw, hard):
    """Pale, uneven or broken ink."""
    width = x.shape[3]
    x = x * torch.where(draw.often(0.55) > 0, draw.between(0.85, 1), draw.between(0.3, 1))
    x = x * (1 - draw.often(0.25) * draw.clouds(ROWS, width, width // 90) * draw.between(0.1, 0.7))
    holes = (blurred(draw.grain(ROWS, width), 0.7) < draw.between(0.36, 0.46)).float()
    return x * (1 - draw.often(0.12 * hard) * holes * draw.between(0.4, 1))


def stamped(x, draw, xs, ys, seals, hard):
    """A stamp over some lines."""
    with_seal = draw.often(0.20 * hard)
    if not with_seal.any():
        return x
    flat = lambda values: values.view(-1, 1, 1)
    seal = seals[torch.randint(0, len(seals), (len(x),), device=x.device)]
    size, angle, scale = seal.shape[-1], flat(draw.between(-0.5, 0.5)), flat(draw.between(0.45, 1.3))
    across = (xs - flat(draw.between(0, 1)) * x.shape[3]) * scale
    down = (ys - flat(draw.between(-90, 130))) * scale
    turned_x = across * torch.cos(angle) - down * torch.sin(angle)
    turned_y = across * torch.sin(angle) + down * torch.cos(angle)
    grid = torch.stack((turned_x / (size / 2), turned_y / (size / 2)), -1)
    layer = with_seal * F.grid_sample(seal, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    over = torch.maximum(x, layer * draw.between(0.1, 0.75))
    through = torch.clamp(x + layer * draw.between(0.1, 0.5), 0, 1)
    return torch.where(draw.often(0.5) > 0, over, through)


def on_paper(x, draw):
    """The other side of the sheet, grey or uneven paper."""
    width = x.shape[3]
    back = x.flip(3).roll(1, 0).roll(int(torch.randint(-9, 9, (1,))), 2)
    x = torch.maximum(x, draw.often(0.10) * draw.between(0.05, 0.3) * back)
    grey = draw.often(0.35)
    paper = draw.between(0, 0.16) * grey + grey * draw.clouds(ROWS, width, width // 200) * draw.between(0, 0.12)
    return paper + (1 - paper) * x


def out_of_focus(x, draw):
    width = x.shape[3]
    sigma = float(torch.rand(1) * 0.7 + 0.3)
    x = torch.where(draw.often(0.4) > 0, blurred(x, sigma), x)
    if torch.rand(1) < 0.5:
        x = torch.where(draw.often(0.4) > 0, blurred(x, float(torch.rand(1) * 1.1 + 0.8)), x)
    if torch.rand(1) < 0.4:
        small = F.interpolate(x, scale_factor=float(torch.rand(1) * 0.45 + 0.35), mode="area")
        x = torch.where(draw.often(0.3) > 0, F.interpolate(small, (ROWS, width), mode="bilinear", align_corners=False), x)
    return x


def grainy(x, draw, hard):
    width = x.shape[3]
    fine = draw.noise(ROWS, width)
    noise = torch.where(draw.often(0.5) > 0, fine, blurred(fine, 0.8) * 1.6)
    x = x + draw.often(0.45) * draw.between(0, 0.13 * hard) * noise
    specks, share = draw.grain(ROWS, width), draw.between(0, 0.02 * hard) * draw.often(0.18)
    x = torch.where(specks < share, torch.ones_like(x), torch.where(specks > 1 - share, torch.zeros_like(x), x))
    blots = (blurred(draw.grain(ROWS, width), 1.2) > draw.between(0.66, 0.72)).float() * draw.often(0.08 * hard)
    return torch.maximum(x, blots * draw.between(0.4, 1))


def digitised(x, draw):
    """JPEG, black and white, stretched contrast."""
    x = torch.where(draw.often(0.22) > 0, torch.clamp(jpeg(torch.clamp(x, 0, 1), draw.between(0.4, 2.5)), 0, 1), x)
    two = torch.sigmoid((x - draw.between(0.28, 0.62)) * 40)
    two = torch.where(draw.often(0.6) > 0, blurred(two, 0.5), two)
    x = torch.where(draw.often(0.25) > 0, two, x)
    low, high = draw.between(0, 0.12), draw.between(0.75, 1)
    return torch.clamp(torch.where(draw.often(0.5) > 0, (x - low) / (high - low), x), 0, 1)


def scan(lines, seals, hard=1.0):
    """`hard` grows from 0 to 1 while the reader learns."""
    x = lines.unsqueeze(1).float() / 255
    draw = Draw(len(x), x.device)
    width = int(x.shape[3] * ROWS / x.shape[2]) // 8 * 8
    x, xs, ys = moved(strokes(x, draw), draw, width)
    x = faded(x, draw, hard)
    x = stamped(x, draw, xs, ys, seals, hard)
    x = on_paper(x, draw)
    x = out_of_focus(x, draw)
    return digitised(grainy(x, draw, hard), draw)
