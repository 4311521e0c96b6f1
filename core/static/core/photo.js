// Photos are made small on the device: 1,280 px, 200 kB, so that a slow line carries them and no place travels along.
const LONGEST = 1280;
const LARGEST = 200 * 1024;

async function drawn(picture, longest, quality) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

// First less quality, then fewer pixels: a bill must stay readable.
async function shrink(file) {
  const picture = await createImageBitmap(file);
  let smallest = null;
  for (const longest of [LONGEST, 960, 720]) {
    for (const quality of [0.85, 0.7, 0.55, 0.4]) {
      smallest = (await drawn(picture, longest, quality)) ?? smallest;
      if (smallest && smallest.size <= LARGEST) return new File([smallest], "photo.jpg", { type: "image/jpeg" });
    }
  }
  return smallest ? new File([smallest], "photo.jpg", { type: "image/jpeg" }) : file;
}

function preview(box, file) {
  let image = box.querySelector("img");
  if (!image) {
    image = document.createElement("img");
    image.alt = box.querySelector(".label").textContent.trim();
    box.append(image);
  }
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(file);
  box.querySelector("output").textContent = box.dataset.ready.replace("{n}", Math.ceil(file.size / 1024));
}

async function makeSmall(input) {
  const box = input.closest?.("[data-photo]");
  if (!box || input.type !== "file" || !input.files[0] || input.small === input.files[0]) return;
  try {
    const small = await shrink(input.files[0]);
    const files = new DataTransfer();
    files.items.add(small);
    input.files = files.files;
    input.small = input.files[0];
    preview(box, small);
  } catch {
    // Not a picture that this browser reads: it is sent as it is, and the server says what is wrong.
  }
}

export function shrinkPhotos() {
  document.addEventListener("change", (event) => makeSmall(event.target));
  // On a slow line people choose before this module has come.
  document.querySelectorAll("[data-photo] input").forEach(makeSmall);
}
