//! Pixels in another size.
//!
//! The one place that calls `fast_image_resize`, and for the two kinds of pixel that a [`Raster`] has: its
//! calls for any kind would compile every kind of pixel anew wherever they stand.
//!
//! [`Raster`]: super::raster::Raster

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3};
use fast_image_resize::{PixelTrait, ResizeOptions, Resizer};

use super::raster::Channels;

/// Why pixels cannot be brought to another size, in English.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ResizeError(String);

/// The samples of a picture whose sides, across and down, are `from` and become `to`. Without a filter
/// in `options` it is Lanczos with three lobes.
///
/// # Errors
/// If there are too few samples, or the part that `options` crop is not within the picture.
pub(crate) fn resized(
    samples: &[u8],
    channels: Channels,
    from: (u32, u32),
    to: (u32, u32),
    options: &ResizeOptions,
) -> Result<Vec<u8>, ResizeError> {
    match channels {
        Channels::Gray => resized_as::<U8>(samples, from, to, options),
        Channels::Rgb => resized_as::<U8x3>(samples, from, to, options),
    }
}

fn resized_as<P: PixelTrait>(
    samples: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    options: &ResizeOptions,
) -> Result<Vec<u8>, ResizeError> {
    let source = TypedImageRef::<P>::from_buffer(from.0, from.1, samples).map_err(|error| told(&error))?;
    let mut resized = vec![0; to.0 as usize * to.1 as usize * P::size()];
    let mut target = TypedImage::<P>::from_buffer(to.0, to.1, &mut resized).map_err(|error| told(&error))?;
    Resizer::new().resize_typed(&source, &mut target, options).map_err(|error| told(&error))?;
    Ok(resized)
}

fn told(error: &dyn std::fmt::Display) -> ResizeError {
    ResizeError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_is_averaged_for_itself() {
        let options =
            ResizeOptions::new().resize_alg(fast_image_resize::ResizeAlg::Convolution(fast_image_resize::FilterType::Box));
        let gray = resized(&[0, 100, 50, 50], Channels::Gray, (2, 2), (1, 2), &options);
        assert_eq!(gray, Ok(vec![50, 50]));
        let coloured = resized(&[0, 10, 200, 100, 30, 0], Channels::Rgb, (2, 1), (1, 1), &options);
        assert_eq!(coloured, Ok(vec![50, 20, 100]));
    }

    #[test]
    fn too_few_samples_and_a_part_outside_are_refused() {
        let options = ResizeOptions::new();
        assert!(resized(&[0; 5], Channels::Rgb, (2, 1), (1, 1), &options).is_err());
        assert!(resized(&[0; 4], Channels::Gray, (2, 2), (1, 1), &options.crop(1.0, 0.0, 2.0, 1.0)).is_err());
    }
}
