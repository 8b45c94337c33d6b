const LONGEST_SIDE = 1600;
const QUALITY = 0.8;

function loadImage(file) {
    return new Promise((resolve, reject) => {
        const image = new Image();
        const url = URL.createObjectURL(file);
        image.onload = () => {
            URL.revokeObjectURL(url);
            resolve(image);
        };
        image.onerror = () => {
            URL.revokeObjectURL(url);
            reject(new Error("no picture"));
        };
        image.src = url;
    });
}

/**
 * Return a photo small enough for a bad network: at most 1600 pixels, JPEG.
 *
 * @param {File} file from the camera
 * @returns {Promise<string>} base64 without prefix
 */
export async function shrinkPhoto(file) {
    const image = await loadImage(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY).split(",")[1];
}

/**
 * @param {Event} ev change of a file input; emptied, so that the same photo can come again
 * @returns {Promise<string[]>} photos in base64; files that are no pictures are left out
 */
export async function readPhotos(ev) {
    const files = [...ev.target.files];
    ev.target.value = "";
    const photos = await Promise.allSettled(files.map(shrinkPhoto));
    return photos.filter((photo) => photo.status === "fulfilled").map((p) => p.value);
}
