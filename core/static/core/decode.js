// Which code a picture shows: by the browser's own reader where it knows all of ours, else by one that is fetched then.
const FORMATS = ["qr_code", "code_128", "ean_13"];
const LONGEST = { moving: 1000, still: 1600 };

let ready = null;
export const codeReader = () => ready ??= (ownReader().then((own) => own ?? fetchedReader())).catch(forget);

function forget(error) {
  ready = null; // the next press may have a network
  throw error;
}

// A phone without the services of its maker has the class, but it knows no format.
async function ownReader() {
  const known = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  if (!known || !FORMATS.every((format) => known.includes(format))) return null;
  const detector = new BarcodeDetector({ formats: FORMATS });
  let instead = null;
  return async (picture, kind, look) => {
    if (!instead) {
      try {
        return (await detector.detect(picture))[0]?.rawValue ?? "";
      } catch {
        instead = await fetchedReader(); // it is named, but its service does not answer
      }
    }
    return instead(picture, kind, look);
  };
}

async function fetchedReader() {
  await import("./vendor/zxing.min.js");
  const { BarcodeFormat, DecodeHintType, MultiFormatOneDReader, QRCodeReader } = globalThis.ZXing;
  const bars = [DecodeHintType.POSSIBLE_FORMATS, [BarcodeFormat.CODE_128, BarcodeFormat.EAN_13]];
  const hints = { moving: new Map([bars]), still: new Map([bars, [DecodeHintType.TRY_HARDER, true]]) };
  const readers = [new QRCodeReader(), new MultiFormatOneDReader(hints.still)];
  // Bars stand across a phone as often as along it: some looks are turned.
  return async (picture, kind, look) => read(readers, hints[kind], turned(picture, LONGEST[kind], look % 3 === 2));
}

function read(readers, hints, canvas) {
  const { BinaryBitmap, HybridBinarizer, RGBLuminanceSource } = globalThis.ZXing;
  const source = new RGBLuminanceSource(grey(canvas), canvas.width, canvas.height);
  const bitmap = new BinaryBitmap(new HybridBinarizer(source));
  for (const reader of readers) {
    try {
      return reader.decode(bitmap, hints).getText();
    } catch {
      // Nothing that this one can read is the usual case.
    }
  }
  return "";
}

function turned(picture, longest, isTurned) {
  const [wide, high] = [picture.videoWidth ?? picture.width, picture.videoHeight ?? picture.height];
  const scale = Math.min(1, longest / Math.max(wide, high));
  const [width, height] = [Math.round(wide * scale), Math.round(high * scale)];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = isTurned ? [height, width] : [width, height];
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  if (isTurned) {
    brush.translate(height, 0);
    brush.rotate(Math.PI / 2);
  }
  brush.drawImage(picture, 0, 0, width, height);
  return canvas;
}

function grey(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const shades = new Uint8ClampedArray(data.length / 4);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 1) {
    shades[to] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8;
  }
  return shades;
}

export async function codeInPhoto(file) {
  const read = await codeReader();
  const picture = await createImageBitmap(file).catch(() => null); // a file that is no picture shows no code
  for (let look = 0; picture && look < 3; look += 2) {
    const code = await read(picture, "still", look);
    if (code) return code;
  }
  return "";
}
