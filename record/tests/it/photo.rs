//! Photos as documents bring them: whatever it is, it becomes a small JPEG or is refused by name.

use base64::Engine;
use kakari_record::fhir::{self, Reading, Reason};
use kakari_record::merge::merge;
use kakari_record::photo::{Face, Photo, PhotoError};
use proptest::prelude::*;
use serde_json::{Value, json};

macro_rules! picture {
    ($name:literal) => {
        include_bytes!(concat!("../photos/", $name)).as_slice()
    };
}

/// Drawn with Pillow: a red corner on the upper left, a blue one on the lower right, a light face between them.
const CMYK: &[u8] = picture!("cmyk.jpg");
const GREY: &[u8] = picture!("grey.jpg");
const GREY_16: &[u8] = picture!("grey16.png");
const PALETTE: &[u8] = picture!("palette.png");
const PROGRESSIVE: &[u8] = picture!("progressive.jpg");
/// Stored lying on its side, EXIF says how to turn it; EXIF and a comment say SECRET-PLACE.
const TURNED: &[u8] = picture!("turned.jpg");
/// Two frames, the second black.
const MOVING: &[u8] = picture!("moving.png");
/// The left half transparent, the right half green.
const TRANSPARENT: &[u8] = picture!("transparent.png");
const LARGE: &[u8] = picture!("large.png");
/// 74 bytes that declare 60,000 × 60,000 pixels.
const BOMB: &[u8] = picture!("bomb-60000.png");
/// 74 bytes that declare 8192 × 8192 pixels: each side is let pass, both together are not.
const WIDE_BOMB: &[u8] = picture!("bomb-8192.png");

fn face(picture: &[u8]) -> Face {
    Photo::from_image(picture).expect("a photo").decode().expect("decodes")
}

fn pixel(face: &Face, x: u32, y: u32) -> [u8; 3] {
    let at = usize::try_from((y * face.width() + x) * 3).expect("small");
    face.rgb()[at..at + 3].try_into().expect("three")
}

fn is_red([red, green, blue]: [u8; 3]) -> bool {
    red > 140 && green < 90 && blue < 90
}

fn is_blue([red, green, blue]: [u8; 3]) -> bool {
    blue > 100 && red < 90 && green < 110
}

/// A JPEG that says other sides than it has.
fn declaring(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let frame = jpeg.windows(2).position(|pair| matches!(pair, [0xFF, 0xC0 | 0xC2])).expect("a frame");
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A PNG of noise, which no encoder makes small.
fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut seed = 20_261_121_u32;
    let noise = image::RgbImage::from_fn(width, height, |_, _| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        let [red, green, blue, _] = seed.to_be_bytes();
        image::Rgb([red, green, blue])
    });
    let mut png = Vec::new();
    noise.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).expect("written");
    png
}

#[test]
fn every_kind_of_picture_becomes_a_small_upright_jpeg() {
    for (name, picture) in [("cmyk", CMYK), ("progressive", PROGRESSIVE), ("palette", PALETTE), ("turned", TURNED)] {
        let face = face(picture);
        assert_eq!((face.width(), face.height()), (96, 128), "{name}");
        assert!(is_red(pixel(&face, 8, 8)), "{name}: {:?}", pixel(&face, 8, 8));
        assert!(is_blue(pixel(&face, 88, 120)), "{name}: {:?}", pixel(&face, 88, 120));
    }
    for (name, picture) in [("grey", GREY), ("grey 16", GREY_16)] {
        let face = face(picture);
        let ([dark, ..], [light, ..]) = (pixel(&face, 8, 8), pixel(&face, 48, 64));
        assert!(dark < 110 && light > 180, "{name}: {dark} {light}");
    }
}

#[test]
fn what_is_transparent_is_white_and_what_moves_stands_still() {
    let half = face(TRANSPARENT);
    assert!(pixel(&half, 10, 64).iter().all(|colour| *colour > 240));
    let [red, green, blue] = pixel(&half, 86, 64);
    assert!(red < 40 && green > 120 && blue < 40);
    assert!(is_red(pixel(&face(MOVING), 8, 8)), "the first frame");
}

#[test]
fn nothing_but_the_pixels_is_carried_on() {
    let has = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    let photo = Photo::from_image(TURNED).expect("a photo");
    for word in [b"SECRET-PLACE".as_slice(), b"Exif", b"GPS"] {
        assert!(!has(photo.jpeg(), word));
    }
    assert!(has(TURNED, b"SECRET-PLACE") && has(TURNED, b"Exif"), "the picture had what is looked for");
    assert_eq!(format!("{photo:?} {:?}", photo.decode().expect("decodes")), "Photo([redacted]) Face([redacted])");
}

#[test]
fn a_large_picture_is_scaled_to_fit_and_a_small_one_is_not_enlarged() {
    for (picture, size) in [(LARGE.to_vec(), (240, 320)), (noise(600, 300), (240, 120)), (noise(100, 300), (100, 300))]
    {
        let photo = Photo::from_image(&picture).expect("a photo");
        assert!(photo.jpeg().len() <= Photo::LARGEST);
        let face = photo.decode().expect("decodes");
        // Noise does not fit at full size, but keeps its shape.
        let (wide, high) = (f64::from(face.width()), f64::from(face.height()));
        assert!(face.width() <= size.0 && face.height() <= size.1);
        assert!((wide / high - f64::from(size.0) / f64::from(size.1)).abs() < 0.02, "{wide} × {high}");
    }
    assert_eq!((face(LARGE).width(), face(LARGE).height()), (240, 320));
}

#[test]
fn a_bomb_is_refused_before_it_takes_memory() {
    for (name, bomb) in [
        ("60000 png", BOMB.to_vec()),
        ("8192 png", WIDE_BOMB.to_vec()),
        ("65500 jpeg", declaring(PROGRESSIVE, 65_500, 65_500)),
        ("8192 jpeg", declaring(CMYK, 8192, 8192)),
        ("long jpeg", declaring(PROGRESSIVE, 16, 65_500)),
    ] {
        assert_eq!(Photo::from_image(&bomb).err(), Some(PhotoError::TooManyPixels), "{name}");
    }
    assert_eq!(Photo::from_image(&vec![0xFF; 16 * 1024 * 1024 + 1]).err(), Some(PhotoError::TooManyBytes));
}

#[test]
fn what_is_no_picture_or_half_of_one_is_refused_by_name() {
    for (bytes, error) in [
        (b"".as_slice(), PhotoError::NotAnImage),
        (b"%PDF-1.7", PhotoError::NotAnImage),
        (b"GIF89a\x01\0\x01\0\0\0\0;", PhotoError::NotAnImage),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PhotoError::NotAnImage),
        (&CMYK[..CMYK.len() / 2], PhotoError::Damaged),
        (&TURNED[..TURNED.len() - 2], PhotoError::Damaged),
        (&PROGRESSIVE[..30], PhotoError::Damaged),
        (&PALETTE[..PALETTE.len() / 2], PhotoError::Damaged),
        (&noise(20, 200), PhotoError::TooFewPixels),
        (&noise(4000, 40), PhotoError::TooFewPixels),
    ] {
        assert_eq!(Photo::from_image(bytes).err(), Some(error));
    }
}

proptest! {
    /// A photo damaged anywhere is another picture or an error, never a fall.
    #[test]
    fn no_damage_makes_the_reading_of_a_picture_fall(
        which in 0..7_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = [CMYK, GREY, GREY_16, PALETTE, PROGRESSIVE, TURNED, MOVING][which].to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cut.index(3) == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(photo) = Photo::from_image(&bytes) {
            prop_assert!(photo.jpeg().len() <= Photo::LARGEST && photo.decode().is_ok());
        }
    }
}

fn attachment(picture: &[u8]) -> Value {
    let data = base64::engine::general_purpose::STANDARD.encode(picture);
    json!({ "contentType": "image/jpeg", "data": data })
}

fn read(photo: Value) -> Reading {
    let bundle = json!({
        "resourceType": "Bundle", "type": "collection", "timestamp": "2026-04-12T09:00:00+09:00",
        "entry": [{ "resource": {
            "resourceType": "Patient", "name": [{ "text": "試験 花子" }], "photo": photo,
        } }],
    });
    fhir::read_document(bundle.to_string().as_bytes()).expect("a photo never refuses a document")
}

/// What a remark is about and why.
fn remarks(reading: &Reading) -> Vec<(&str, Reason)> {
    reading.remarks.iter().map(|remark| (remark.path.as_str(), remark.reason)).collect()
}

const PHOTO: &str = "entry[0].resource.photo";

#[test]
fn a_document_brings_its_photo_also_in_lines() {
    let reading = read(json!([attachment(PROGRESSIVE)]));
    assert!(reading.photo == Some(Photo::from_image(PROGRESSIVE).expect("a photo")));
    assert_eq!(remarks(&reading), []);
    let mut broken = attachment(PROGRESSIVE);
    let data = broken["data"].as_str().expect("text").to_owned();
    broken["data"] = json!(data.as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n"));
    assert!(read(json!([broken])).photo == reading.photo);
    assert!(read(Value::Null).photo.is_none() && read(json!([])).photo.is_none());
}

#[test]
fn of_several_the_newest_that_can_be_used_is_taken_and_the_others_are_named() {
    let dated = |picture: &[u8], creation: &str| {
        let mut attachment = attachment(picture);
        attachment["creation"] = json!(creation);
        attachment
    };
    let reading = read(json!([
        dated(GREY, "2019-04-01"),
        attachment(CMYK),
        dated(PROGRESSIVE, "2025-03-05T10:00:00+09:00"),
        dated(b"%PDF-1.7", "2026-01"),
    ]));
    assert!(reading.photo == Some(Photo::from_image(PROGRESSIVE).expect("a photo")));
    let path = |place: usize| format!("{PHOTO}[{place}]");
    let expected = [
        (path(3), Reason::PhotoNotUsable(PhotoError::NotAnImage)),
        (path(0), Reason::AnotherPhoto),
        (path(1), Reason::AnotherPhoto),
    ];
    assert_eq!(remarks(&reading), expected.each_ref().map(|(path, reason)| (path.as_str(), *reason)));
}

#[test]
fn a_photo_that_cannot_be_used_is_a_remark_and_the_document_is_read() {
    let damaged = Reason::PhotoNotUsable(PhotoError::Damaged);
    for (photo, reason) in [
        (json!([{ "url": "https://example.jp/face.jpg" }]), Reason::PhotoElsewhere),
        (json!([{ "contentType": "image/jpeg" }]), Reason::PhotoNotUsable(PhotoError::NotAnImage)),
        (json!([{ "data": "これは写真ではない" }]), damaged),
        (json!([{ "data": 17 }]), damaged),
        (json!([attachment(&CMYK[..400])]), damaged),
        (json!([attachment(BOMB)]), Reason::PhotoNotUsable(PhotoError::TooManyPixels)),
    ] {
        let reading = read(photo);
        assert!(reading.photo.is_none());
        assert_eq!(remarks(&reading), [(format!("{PHOTO}[0]").as_str(), reason)]);
        assert_eq!(reading.summary.identity.name, "試験 花子");
    }
    for photo in [json!({}), json!("face.jpg"), json!([1])] {
        let reading = read(photo);
        assert!(reading.photo.is_none());
        assert_eq!(remarks(&reading), [(PHOTO, damaged)]);
    }
}

#[test]
fn of_several_documents_the_newest_that_has_a_photo_gives_it_in_whatever_order_they_come() {
    let document = |day: u32, photo: Value| {
        let bundle = json!({
            "resourceType": "Bundle", "type": "collection", "timestamp": format!("2026-04-{day:02}T09:00:00+09:00"),
            "entry": [{ "resource": {
                "resourceType": "Patient", "name": [{ "text": "試験 花子" }], "birthDate": "1940-03-05", "photo": photo,
                "identifier": [{ "system": kakari_record::codes::COMMON_NUMBER, "value": "9010000000002751" }],
            } }],
        });
        fhir::read_document(bundle.to_string().as_bytes()).expect("reads")
    };
    let expected = Photo::from_image(PROGRESSIVE).expect("a photo");
    for turn in 0..3 {
        let mut documents = vec![
            document(1, json!([attachment(GREY)])),
            document(12, json!([attachment(PROGRESSIVE)])),
            document(20, Value::Null),
        ];
        documents.rotate_left(turn);
        assert!(merge(documents).expect("one person").photo == Some(expected.clone()));
    }
    assert!(merge(vec![document(1, Value::Null)]).expect("one person").photo.is_none());
}
