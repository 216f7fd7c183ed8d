//! What happened and what to do, for each code of a failure.
//!
//! `docs/failure-codes.md` lists the same texts, and a test compares the two.

use super::texts;
use crate::model::failure::FailureCode;

/// Declares both texts of each code at once: they are written and read together.
macro_rules! codes {
    ($($code:ident { vi: $message_vi:literal, $remedy_vi:literal; en: $message_en:literal, $remedy_en:literal; })+) => {
        texts! {
            /// What happened.
            pub message(FailureCode) { $(FailureCode::$code => $message_vi, $message_en;)+ }
        }
        texts! {
            /// What to do.
            pub remedy(FailureCode) { $(FailureCode::$code => $remedy_vi, $remedy_en;)+ }
        }
    };
}

codes! {
    FileEmpty {
        vi: "Tệp rỗng (0 byte).", "Quét lại giấy tờ này.";
        en: "The file is empty (0 bytes).", "Scan the paper again.";
    }
    FileUnreadable {
        vi: "Không đọc được tệp.", "Cấp quyền đọc cho tài khoản chạy Sohoa hoặc kiểm tra ổ đĩa, rồi chạy lại.";
        en: "The file cannot be read.", "Give the account that runs Sohoa the right to read it, or check the disk, and run again.";
    }
    FolderUnreadable {
        vi: "Không mở được thư mục.", "Cấp quyền đọc và mở thư mục cho tài khoản chạy Sohoa, rồi chạy lại.";
        en: "The folder cannot be opened.", "Give the account that runs Sohoa the right to read and enter it, and run again.";
    }
    FileNotRegular {
        vi: "Đây không phải tệp thông thường (ống dẫn, socket hoặc thiết bị).", "Xóa khỏi hộp đến và đặt vào đó chính tệp quét.";
        en: "This is not a regular file (a pipe, socket or device).", "Remove it from the inbox and put the scan itself there.";
    }
    LinkOutside {
        vi: "Liên kết trỏ ra ngoài hộp đến; Sohoa không đi theo.", "Chép chính tệp quét vào hộp đến thay cho liên kết.";
        en: "The link leads out of the inbox; Sohoa does not follow it.", "Copy the scan itself into the inbox instead of a link.";
    }
    NameInvalid {
        vi: "Tên tệp không dùng được.", "Đặt tên bằng UTF-8, có đuôi .pdf, .tif, .jpg hoặc .png, rồi đưa lại vào hộp đến.";
        en: "The file name cannot be used.", "Give it a name in UTF-8 that ends with .pdf, .tif, .jpg or .png, and put it back into the inbox.";
    }
    FileUnknownType {
        vi: "Nội dung không phải PDF, TIFF, JPEG hay PNG, dù tên tệp là gì.", "Quét hoặc xuất lại thành PDF, TIFF, JPEG hoặc PNG.";
        en: "The content is not PDF, TIFF, JPEG or PNG, whatever the name says.", "Scan or export it again as PDF, TIFF, JPEG or PNG.";
    }
    FileForeignImage {
        vi: "Tệp là ảnh ở định dạng không được nhận (HEIC, AVIF, WebP, BMP, GIF…).", "Chuyển ảnh sang JPEG hoặc PNG (trên điện thoại: chọn chụp ảnh dạng JPEG), hoặc quét lại giấy tờ này.";
        en: "The file is an image of a kind that is not taken in (HEIC, AVIF, WebP, BMP, GIF …).", "Convert it to JPEG or PNG (on a phone, choose JPEG for photos), or scan the paper again.";
    }
    FileOfficeDocument {
        vi: "Tệp là tài liệu văn phòng (Word, Excel…), không phải bản quét.", "Xuất tài liệu thành PDF rồi đưa tệp PDF vào hộp đến.";
        en: "The file is an office document (Word, Excel …) and no scan.", "Export it as PDF and put the PDF into the inbox.";
    }
    FileArchive {
        vi: "Tệp là tệp nén (ZIP, RAR, 7z…).", "Giải nén rồi đưa các tệp quét bên trong vào hộp đến.";
        en: "The file is an archive (ZIP, RAR, 7z …).", "Unpack it and put the scans in it into the inbox.";
    }
    FileTooLarge {
        vi: "Tệp lớn hơn giới hạn limits.file_mib.", "Quét thành nhiều tệp nhỏ hơn, hoặc tăng limits.file_mib rồi đưa tệp lại vào hộp đến.";
        en: "The file is larger than limits.file_mib.", "Scan it as several smaller files, or raise limits.file_mib and put the file back into the inbox.";
    }
    PdfEncrypted {
        vi: "Tệp PDF có mật khẩu.", "Xuất lại PDF không đặt mật khẩu.";
        en: "The PDF is protected by a password.", "Export the PDF again without a password.";
    }
    PdfSeveral {
        vi: "Tệp chứa nhiều PDF nối tiếp nhau; chương trình đọc chỉ thấy PDF cuối cùng.", "Xuất hoặc quét lại thành từng tệp PDF riêng (hoặc một PDF gộp đúng cách) rồi đưa vào hộp đến.";
        en: "The file holds several PDFs one after the other, of which readers see the last one only.", "Export or scan them again as a file each (or merge them with a PDF program) and put those into the inbox.";
    }
    PdfPortfolio {
        vi: "Tệp là bộ sưu tập PDF (portfolio): giấy tờ nằm trong các tệp đính kèm, trang hiển thị chỉ là trang thông báo.", "Mở bằng trình đọc PDF, lưu các tệp đính kèm ra rồi đưa từng tệp vào hộp đến.";
        en: "The file is a PDF portfolio: the papers are attached files, and its page is a placeholder only.", "Open it in a PDF reader, save the attached files and put those into the inbox.";
    }
    PdfXfa {
        vi: "Tệp là biểu mẫu XFA: các trang chỉ được tạo khi mở bằng Adobe Reader.", "Mở bằng Adobe Reader, in ra PDF rồi đưa tệp PDF đó vào hộp đến.";
        en: "The file is an XFA form, whose pages are made only while Adobe Reader shows it.", "Open it in Adobe Reader, print it to PDF and put that PDF into the inbox.";
    }
    PdfNoAppearance {
        vi: "Trang có ô đã điền hoặc ghi chú mà tệp không lưu hình thức hiển thị; nội dung đó sẽ bị mất khi lưu trữ.", "Mở bằng trình đọc PDF, kiểm tra nội dung hiện đủ, in ra PDF rồi thay tệp trong hộp đến bằng tệp PDF đó.";
        en: "A page has a filled field or a note of which the file does not say how it looks; it would be lost.", "Open the file in a PDF reader, see that all is shown, print it to PDF and replace the file in the inbox by that PDF.";
    }
    PdfFontsMissing {
        vi: "Trang dùng phông chữ không nhúng trong tệp, và có chữ không vẽ được bằng phông thay thế.", "Xuất lại PDF có nhúng phông chữ (trong Word: lưu dạng PDF/A), rồi thay tệp trong hộp đến; hoặc cài gói fonts-croscore, lần chạy sau sẽ xử lý.";
        en: "A page uses fonts that are not embedded in the file, and letters of it cannot be drawn with other fonts.", "Export the PDF again with its fonts embedded (in Word: save as PDF/A), and replace the file in the inbox; or install the package fonts-croscore, and the next run takes it up.";
    }
    FileDamaged {
        vi: "Tệp bị hỏng hoặc bị cắt cụt.", "Quét lại, hoặc chép lại tệp từ máy quét.";
        en: "The file is damaged or cut short.", "Scan it again, or copy the file from the scanner again.";
    }
    NoPages {
        vi: "Tệp không có trang nào.", "Quét lại giấy tờ này.";
        en: "The file has no pages.", "Scan the paper again.";
    }
    TooManyPages {
        vi: "Tệp có nhiều trang hơn giới hạn limits.pages_per_file.", "Tách tệp, hoặc tăng limits.pages_per_file rồi đưa tệp lại vào hộp đến.";
        en: "The file has more pages than limits.pages_per_file.", "Split the file, or raise limits.pages_per_file and put it back into the inbox.";
    }
    ImageTooLarge {
        vi: "Một trang có nhiều điểm ảnh hơn giới hạn limits.page_megapixels, limits.side_pixels hoặc limits.jpeg2000_megapixels.", "Quét ở độ phân giải thấp hơn, hoặc tăng giới hạn được nêu rồi đưa tệp lại vào hộp đến.";
        en: "A page has more pixels than limits.page_megapixels, limits.side_pixels or limits.jpeg2000_megapixels.", "Scan at a lower resolution, or raise the limit that is named and put the file back into the inbox.";
    }
    DecodedTooLarge {
        vi: "Dữ liệu nén của một trang giải nén ra lớn hơn giới hạn limits.decoded_mib hoặc limits.contents_mib.", "Quét ở độ phân giải thấp hơn hoặc với 8 bit mỗi màu, in lại ra PDF nếu là trang vẽ, hoặc tăng giới hạn được nêu (và workers.memory_mib) rồi đưa tệp lại vào hộp đến.";
        en: "The compressed data of a page unfold to more than limits.decoded_mib or limits.contents_mib.", "Scan at a lower resolution or with 8 bits a colour, print a drawn page to PDF again, or raise the limit that is named (and workers.memory_mib) and put the file back into the inbox.";
    }
    NestingTooDeep {
        vi: "Các đối tượng trong một trang PDF lồng nhau sâu hơn giới hạn limits.nesting.", "In lại tệp ra PDF từ chương trình khác hoặc quét lại; hoặc tăng limits.nesting rồi đưa tệp lại vào hộp đến.";
        en: "The objects of a PDF page lie within each other deeper than limits.nesting.", "Print the file to PDF from another program or scan the paper again; or raise limits.nesting and put the file back into the inbox.";
    }
    TooManyObjects {
        vi: "Một trang PDF vẽ nhiều ảnh và đối tượng hơn giới hạn limits.objects_per_page.", "In lại tệp ra PDF từ chương trình khác hoặc quét lại; hoặc tăng limits.objects_per_page rồi đưa tệp lại vào hộp đến.";
        en: "A PDF page draws more images and forms than limits.objects_per_page.", "Print the file to PDF from another program or scan the paper again; or raise limits.objects_per_page and put the file back into the inbox.";
    }
    ImageUnsupported {
        vi: "Cách nén hoặc kiểu màu của ảnh chưa được hỗ trợ.", "Quét sang PDF hoặc TIFF, hoặc quét từ mặt kính thay cho khay nạp giấy; hoặc xuất lại thành JPEG, PNG hay TIFF thông thường.";
        en: "The image's compression or colour type is not supported.", "Scan to PDF or TIFF, or from the flatbed instead of the feeder; or export it again as ordinary JPEG, PNG or TIFF.";
    }
    PageDamaged {
        vi: "Một trang trong tệp bị hỏng.", "Quét lại giấy tờ này.";
        en: "A page of the file is damaged.", "Scan the paper again.";
    }
    PageDeadline {
        vi: "Một trang mất nhiều thời gian hơn workers.page_seconds và đã bị dừng.", "Xem trang có phải ảnh nhiễu không; quét lại, hoặc tăng workers.page_seconds rồi đưa tệp lại vào hộp đến.";
        en: "A page took longer than workers.page_seconds and was stopped.", "See whether the page is noise; scan it again, or raise workers.page_seconds and put the file back into the inbox.";
    }
    PageOutOfMemory {
        vi: "Một trang cần nhiều bộ nhớ hơn workers.memory_mib.", "Quét ở độ phân giải thấp hơn, hoặc tăng workers.memory_mib rồi đưa tệp lại vào hộp đến.";
        en: "A page needed more memory than workers.memory_mib.", "Scan at a lower resolution, or raise workers.memory_mib and put the file back into the inbox.";
    }
    WorkerCrashed {
        vi: "Tiến trình xử lý trang bị sập hai lần.", "Giữ lại tệp và báo cho nhà phát triển; có thể thử quét lại.";
        en: "The process that worked on the page crashed twice.", "Keep the file and report it to the developers; scanning again may help.";
    }
    WorkerMissing {
        vi: "Không khởi động được tiến trình xử lý trang; lần chạy dừng lại.", "Xem hệ thống còn đủ bộ nhớ và tiến trình không, rồi chạy lại; công việc sẽ tiếp tục từ chỗ dừng.";
        en: "No worker process could be started; the run stopped.", "See whether the system has memory and processes to spare, then run again; the work goes on from where it stopped.";
    }
    WorkerUnconfined {
        vi: "Nhân Linux này không cô lập được tiến trình xử lý trang, mà workers.confinement yêu cầu phải có; lần chạy không bắt đầu.", "Dùng nhân Linux có bật Landlock và seccomp, hoặc đặt workers.confinement = \"best-effort\".";
        en: "This kernel cannot confine the worker processes, which workers.confinement requires; the run did not start.", "Use a kernel with Landlock and seccomp switched on, or set workers.confinement = \"best-effort\".";
    }
    EngineFailed {
        vi: "Bộ nhận dạng chữ báo lỗi ở một trang.", "Chạy 'sohoa doctor'; nếu mọi thứ đều ổn, quét lại trang.";
        en: "The text engine reported an error on a page.", "Run 'sohoa doctor'; if all is well, scan the page again.";
    }
    DossierUnknown {
        vi: "Không tìm thấy mã hồ sơ trong mã vạch, tên thư mục hay tên tệp.", "Đặt tệp vào thư mục mang mã hồ sơ, hoặc đổi tên thành MÃ.001.pdf; lần chạy sau sẽ xử lý.";
        en: "No dossier code was found in a barcode, a folder's name or the file's name.", "Put the file into a folder named by the dossier code, or rename it to CODE.001.pdf; the next run takes it up.";
    }
    DossierConflict {
        vi: "Mã vạch, tên thư mục và tên tệp cho các mã hồ sơ khác nhau.", "Kiểm tra giấy tờ thuộc hồ sơ nào và chuyển tệp vào đúng thư mục.";
        en: "Barcode, folder and file name give different dossier codes.", "See which dossier the paper belongs to and move the file into that folder.";
    }
    StackUnclear {
        vi: "Không tách được chồng giấy một cách chắc chắn theo các tờ bìa.", "Xem lý do; sửa hoặc in lại tờ bìa (một mặt) rồi quét lại cả chồng, hoặc tách tệp và đặt từng phần vào thư mục mang mã hồ sơ.";
        en: "The stack cannot be split with certainty by its cover sheets.", "See the reason; correct the cover sheets or print them again (on one side) and scan the stack again, or split the file and put each part into a folder named by its dossier code.";
    }
    Rescan {
        vi: "Ảnh quét quá kém để thay cho bản giấy; cần quét lại.", "Xem ảnh thu nhỏ kèm báo cáo, quét lại rồi thay tệp trong hộp đến; nếu bản giấy vốn như vậy, chuyển tệp vào thư mục con 'chap-nhan' (với 'sohoa page': thêm --accept).";
        en: "The scan is too poor to stand for the paper; it has to be scanned again.", "Look at the small picture named in the report, scan again and replace the file in the inbox; if the paper itself is like that, move the file into a subfolder 'chap-nhan' (for 'sohoa page': add --accept).";
    }
    FactMissing {
        vi: "Không tìm thấy thông tin mà loại giấy tờ này phải có.", "Xem trang giấy và nhập bằng 'sohoa field set', hoặc 'sohoa field absent' nếu trên giấy không có; nếu loại giấy tờ này không bao giờ có thông tin đó, sửa must_bear trong cấu hình.";
        en: "A fact was not found that documents of this type must bear.", "Look at the page and key the fact with 'sohoa field set', or say 'sohoa field absent'; if no document of this type bears it, change must_bear in the settings.";
    }
    FactDoubtful {
        vi: "Thông tin đọc được chưa chắc đúng.", "So với trang giấy ('sohoa show' nêu lý do) rồi 'sohoa field confirm' hoặc 'sohoa field set'.";
        en: "A fact was read that may be wrong.", "Compare it with the page ('sohoa show' says why), then 'sohoa field confirm' or 'sohoa field set'.";
    }
    FieldInvalid {
        vi: "Quyết định về trường này không thể đúng; chưa ghi gì.", "Xem lý do, so lại với trang giấy rồi nhập lại.";
        en: "The decision about this fact cannot be right; nothing was written.", "See the reason, look at the page again and repeat it.";
    }
    DocumentInvalid {
        vi: "Không thể thay đổi tài liệu như vậy; chưa ghi gì.", "Xem lý do và 'sohoa show', rồi làm lại.";
        en: "The document cannot be changed in this way; nothing was written.", "See the reason and 'sohoa show', then repeat it.";
    }
    SettleInvalid {
        vi: "Không thể thực hiện quyết định này cho tệp; chưa ghi gì.", "Xem lý do và 'sohoa pending', rồi làm lại.";
        en: "The decision cannot be carried out for this file; nothing was written.", "See the reason and 'sohoa pending', then repeat it.";
    }
    PageAlreadyPresent {
        vi: "Trang này đã có trong tài liệu.", "Không cần làm gì; 'sohoa show' liệt kê các trang của tài liệu.";
        en: "The page is in the document already.", "There is nothing to do; 'sohoa show' lists the document's pages.";
    }
    PageCount {
        vi: "Số trang có nội dung của bản quét không hợp với thay đổi này.", "Để thay trang, dùng bản quét có đúng một trang có nội dung; để chèn, cần ít nhất một trang.";
        en: "The scan has not the number of written pages that this change needs.", "To replace a page, give a scan with just one page that is not blank; to insert, one with at least one.";
    }
    SealFailed {
        vi: "Không ghi được tệp PDF/A.", "Giữ lại tệp và báo cho nhà phát triển.";
        en: "The PDF/A could not be written.", "Keep the file and report it to the developers.";
    }
    SealUnproven {
        vi: "Tệp PDF/A vừa ghi đọc lại không khớp, nên không được lưu.", "Giữ lại tệp và báo cho nhà phát triển.";
        en: "The PDF/A just written did not read back as it should, and was not kept.", "Keep the file and report it to the developers.";
    }
    DiskFull {
        vi: "Ổ đĩa đã đầy.", "Giải phóng chỗ trống rồi chạy lại; công việc sẽ tiếp tục từ chỗ dừng.";
        en: "The disk is full.", "Free some space and run again; the work goes on from where it stopped.";
    }
    StorageFailed {
        vi: "Không đọc hoặc ghi được kho dữ liệu.", "Kiểm tra ổ đĩa và quyền ghi của kho, rồi chạy lại.";
        en: "The repository could not be read or written.", "Check the disk and the right to write to the repository, and run again.";
    }
    RepositoryLocked {
        vi: "Một lần chạy khác đang dùng hộp đến hoặc kho dữ liệu này.", "Chờ lần chạy kia kết thúc.";
        en: "Another run is using this inbox or repository.", "Wait until the other run has ended.";
    }
    Conflict {
        vi: "Người khác hoặc lần chạy khác vừa thay đổi cùng mục này; chưa ghi gì.", "Xem lại mục đó bằng 'sohoa show' rồi làm lại.";
        en: "Somebody else, or another run, has just changed the same item; nothing was written.", "Look at the item again with 'sohoa show' and repeat what you did.";
    }
    RepositoryMissing {
        vi: "Thư mục này không phải kho dữ liệu của Sohoa.", "Kiểm tra --repository; 'sohoa run' sẽ tạo kho mới.";
        en: "The folder is not a Sohoa repository.", "Check --repository; 'sohoa run' makes a new one.";
    }
    RepositoryNewer {
        vi: "Kho dữ liệu do phiên bản Sohoa mới hơn tạo ra.", "Dùng phiên bản Sohoa mới hơn.";
        en: "The repository was made by a newer Sohoa.", "Use the newer Sohoa.";
    }
    RepositoryDamaged {
        vi: "Dữ liệu trong kho bị thiếu hoặc đã thay đổi.", "Chạy 'sohoa verify' và khôi phục các tệp được nêu từ bản sao lưu; nếu chính lệnh đó dừng với mã này thì khôi phục cả kho bằng 'sohoa restore'.";
        en: "Data in the repository is missing or was changed.", "Run 'sohoa verify' and restore the files it names from a backup; where that itself stops with this code, get the whole repository back with 'sohoa restore'.";
    }
    BackupMissing {
        vi: "Thư mục này không phải bản sao lưu của Sohoa.", "Kiểm tra đường dẫn (hoặc bucket) và ổ đĩa sao lưu; 'sohoa backup' cần một thư mục trống hoặc thư mục đã sao lưu.";
        en: "The folder is not a backup by Sohoa.", "Check the path (or the bucket) and that the disk is mounted; 'sohoa backup' wants an empty folder, or one that it has written to.";
    }
    SnapshotMissing {
        vi: "Bản sao lưu không có lần chụp này.", "Chạy 'sohoa restore --list' để xem các lần chụp đang có.";
        en: "The backup holds no such snapshot.", "Run 'sohoa restore --list' to see those that are there.";
    }
    BackupDamaged {
        vi: "Dữ liệu trong bản sao lưu bị thiếu hoặc đã thay đổi.", "Kiểm tra ổ đĩa sao lưu, rồi sao lưu vào một thư mục mới; thử khôi phục bằng lần chụp khác (--snapshot).";
        en: "Data in the backup is missing or was changed.", "Check the backup's disk and back up to a new folder; another snapshot may still restore (--snapshot).";
    }
    BackupKeyMissing {
        vi: "Bản sao lưu được mã hóa, và chưa có khóa riêng dùng được.", "Nêu tệp khóa riêng của age: --identity TỆP (tệp do 'age-keygen' tạo, không đặt mật khẩu). Không có khóa này thì không ai đọc được bản sao lưu.";
        en: "The backup is encrypted, and its private key was not given or cannot be used.", "Give the file with the private key of age: --identity FILE (as 'age-keygen' wrote it, without a password). Without it nobody can read the backup.";
    }
    BackupKeyWrong {
        vi: "Bản sao lưu được mã hóa cho khóa khác.", "Nêu khóa riêng của một trong các khóa công khai ở backup.recipients khi sao lưu; sau khi đổi khóa, nêu cả khóa cũ và khóa mới (--identity nhiều lần).";
        en: "The backup is encrypted for another key.", "Give the private key of one of the keys that backup.recipients named when it was taken; after a change of keys give the old one and the new one (--identity several times).";
    }
    BackupEncryption {
        vi: "Bản sao lưu này bắt đầu với cách mã hóa khác.", "Sao lưu vào một nơi mới, hoặc sửa lại backup.recipients như lúc bắt đầu.";
        en: "The backup was begun with encryption and is to go on without, or the other way round.", "Back up to a new place, or set backup.recipients as it was when the backup was begun.";
    }
    BackupUnreachable {
        vi: "Nơi sao lưu không trả lời.", "Kiểm tra mạng, backup.s3_endpoint và dịch vụ S3, rồi chạy lại: phần đã chép không phải chép lại.";
        en: "The place of the backup does not answer.", "Check the network, backup.s3_endpoint and the S3 service, and run it again: what was copied is not copied again.";
    }
    BackupRefused {
        vi: "Nơi sao lưu không cho phép.", "Kiểm tra khóa truy cập S3 (backup.s3_credentials hoặc biến môi trường), quyền trên bucket, backup.s3_region và đồng hồ của máy.";
        en: "The place of the backup does not let us in.", "Check the keys of S3 (backup.s3_credentials or the environment), their rights to the bucket, backup.s3_region and this machine's clock.";
    }
    BackupAddress {
        vi: "Địa chỉ sao lưu phải là một thư mục hoặc s3://BUCKET/PREFIX.", "Gắn nơi sao lưu thành thư mục (ổ đĩa ngoài, thư mục mạng) rồi nêu đường dẫn đó, hoặc nêu s3://BUCKET/PREFIX.";
        en: "The address of a backup has to be a folder, or s3://BUCKET/PREFIX.", "Mount the place (a disk, a network share) and give the path of a folder on it, or s3://BUCKET/PREFIX.";
    }
    RestoreNotEmpty {
        vi: "Thư mục để khôi phục không trống.", "Nêu một thư mục trống hoặc chưa có trong --repository; khôi phục không bao giờ ghi đè.";
        en: "The folder to restore into is not empty.", "Name an empty folder, or one that is not there, with --repository; restoring overwrites nothing.";
    }
    IndexOutdated {
        vi: "Chỉ mục tìm kiếm do phiên bản Sohoa khác tạo ra.", "Chạy 'sohoa repair', hoặc chờ lần chạy sau làm lại chỉ mục.";
        en: "Another version of Sohoa made the search index.", "Run 'sohoa repair', or wait for the next run, which makes the index anew.";
    }
    InboxMissing {
        vi: "Không có thư mục hộp đến.", "Kiểm tra --inbox và ổ mạng.";
        en: "There is no such inbox folder.", "Check --inbox and the network share.";
    }
    InboxInRepository {
        vi: "Hộp đến chính là kho dữ liệu hoặc nằm trong kho.", "Chọn thư mục khác cho --inbox hoặc --repository.";
        en: "The inbox is the repository or lies in it.", "Choose another folder for --inbox or --repository.";
    }
    SettingsInvalid {
        vi: "Cấu hình không hợp lệ.", "Sửa khóa được nêu; config/default.toml giải thích mọi khóa.";
        en: "The settings are not valid.", "Correct the key named; config/default.toml explains every key.";
    }
    SettingsPresent {
        vi: "Tệp cấu hình đã có nội dung; không ghi gì.", "Sửa trực tiếp tệp này, hoặc nêu tệp khác bằng --config.";
        en: "The settings file sets something already; nothing was written.", "Edit the file, or name another one with --config.";
    }
    EngineMissing {
        vi: "Không khởi động được Tesseract với dữ liệu ngôn ngữ đã cấu hình.", "Cài gói tesseract-ocr và tesseract-ocr-vie, rồi chạy 'sohoa doctor'.";
        en: "Tesseract cannot start with the configured language data.", "Install the packages tesseract-ocr and tesseract-ocr-vie, then run 'sohoa doctor'.";
    }
    ManifestInvalid {
        vi: "Bản kê xuất không khớp lược đồ đã công bố, nên không được phát hành.", "Giữ nguyên kho và báo cho nhà phát triển.";
        en: "The export manifest does not fit its published schema and was not released.", "Leave the repository as it is and report it to the developers.";
    }
    KeyPresent {
        vi: "Đã có khóa đang dùng để ký bản kê.", "Chạy 'sohoa key rotate' để thay khóa.";
        en: "A key signs manifests already.", "Run 'sohoa key rotate' to put another in its place.";
    }
    KeyMissing {
        vi: "Không có khóa bí mật để ký bản kê.", "Đặt lại tệp khóa vào chỗ được nêu; nếu đã mất, chạy 'sohoa key rotate' rồi 'sohoa export' và gửi khóa công khai mới cho nơi nhận.";
        en: "The private key that signs manifests is not there.", "Put its file back; if it is lost, run 'sohoa key rotate' and 'sohoa export', and send the new public key to the receivers.";
    }
    KeyUnusable {
        vi: "Không dùng được khóa bí mật để ký bản kê.", "Xem lý do; kiểm tra signing.password_file và quyền của tệp khóa (0600), rồi chạy 'sohoa export'.";
        en: "The private key that signs manifests cannot be used.", "See the reason; check signing.password_file and the rights of the key's file (0600), then run 'sohoa export'.";
    }
    PdfKeyMissing {
        vi: "Không có khóa ký các tệp đã đóng gói.", "Đặt lại tệp PKCS#12 mà pdf_signature.key_file chỉ ra và cho tài khoản chạy Sohoa quyền đọc; bỏ trống mục đó nếu không ký nữa.";
        en: "The key that signs sealed files is not there.", "Put the PKCS#12 file that pdf_signature.key_file names back where the account of Sohoa can read it; leave that setting empty to sign no more.";
    }
    PdfKeyPassword {
        vi: "Không có mật khẩu của khóa ký các tệp đã đóng gói, hoặc mật khẩu không đúng.", "Ghi đúng mật khẩu vào dòng đầu của tệp mà pdf_signature.password_file chỉ ra, hoặc vào biến môi trường mà pdf_signature.password_variable chỉ ra.";
        en: "The password of the key that signs sealed files is not there, or is another one.", "Write the right one into the first line of the file that pdf_signature.password_file names, or into the variable that pdf_signature.password_variable names.";
    }
    PdfKeyUnusable {
        vi: "Không dùng được khóa ký các tệp đã đóng gói.", "Xuất lại khóa RSA (2.048 đến 4.096 bit) hoặc P-256 cùng chứng thư của nó thành tệp PKCS#12 mà chỉ tài khoản chạy Sohoa đọc được.";
        en: "The key that signs sealed files cannot be used.", "Export a key of RSA (2,048 to 4,096 bits) or P-256 with its certificate as a PKCS#12 file that nobody but the account of Sohoa can read.";
    }
    PdfCertificateDates {
        vi: "Chứng thư của khóa ký các tệp đã đóng gói đã hết hạn hoặc chưa có hiệu lực.", "Xin chứng thư mới và đặt tệp PKCS#12 mới vào chỗ mà pdf_signature.key_file chỉ ra; kiểm tra đồng hồ của máy.";
        en: "The certificate of the key that signs sealed files holds no more, or not yet.", "Get a new certificate and put its PKCS#12 file where pdf_signature.key_file says; check the clock of this machine.";
    }
    PortalUnreachable {
        vi: "Không kết nối được cổng, hoặc cổng đang gặp sự cố.", "Xem lý do; 'sohoa portal send' sẽ tiếp tục từ chỗ dừng, không gửi gì hai lần.";
        en: "The portal cannot be reached, or has trouble of its own.", "See the reason; 'sohoa portal send' goes on from where it stopped, and nothing is sent twice.";
    }
    PortalLogin {
        vi: "Cổng không cho đăng nhập.", "Kiểm tra username, password_file và agency của nơi nhận trong cấu hình.";
        en: "The portal does not let us in.", "Check username, password_file and agency of the consumer in the settings.";
    }
    PageOverLimit {
        vi: "Riêng một trang đã lớn hơn tệp lớn nhất mà nơi nhận cho phép; tài liệu này chờ, các tài liệu khác vẫn tiếp tục.", "Quét lại trang đó với độ phân giải thấp hơn, hoặc thang xám thay cho màu, rồi thay vào ('sohoa page replace'); nếu nơi nhận cho phép tệp lớn hơn thì tăng file_mb (hoặc --file-mb). Sau đó chạy lại.";
        en: "A page alone is larger than the files that are taken there; the document waits, and all others go on.", "Scan that page again with fewer dots per inch, or in grey in place of colour, and put it in the place of the old one ('sohoa page replace'); where larger files are taken, raise file_mb (or --file-mb). Then run it again.";
    }
    AckInvalid {
        vi: "Không hiểu tệp phản hồi của nơi nhận; chưa ghi gì.", "Xem lý do và docs/portal.vi.md, rồi đề nghị nơi nhận gửi lại tệp đúng.";
        en: "The file of acknowledgements is not understood; nothing of it was taken.", "See the reason and docs/portal.md, and ask the consumer for a right one.";
    }
    RegisterUnreadable {
        vi: "Không nhập được tệp này vào sổ hồ sơ; chưa ghi gì.", "Sửa chỗ được nêu; docs/administration.vi.md liệt kê các mẫu cột, register.file nêu tệp có các mẫu khác.";
        en: "The file is no table that can be imported into the register; nothing was written.", "Correct what is named; docs/administration.md lists the layouts, and register.file names a file with others.";
    }
    QueryInvalid {
        vi: "Câu tìm không hợp lệ, nên không tìm.", "Sửa chỗ được nêu; docs/search.md giải thích cách viết, 'sohoa search --explain' cho biết câu tìm được hiểu thế nào.";
        en: "The query cannot be understood and was not searched for.", "Correct the place named; docs/search.md explains the language, 'sohoa search --explain' tells how a query is understood.";
    }
    CodeInvalid {
        vi: "Đây không phải mã hồ sơ theo inbox.code_patterns; tờ bìa mang mã này sẽ không tách được hồ sơ.", "Kiểm tra mã; nếu mã đúng, thêm dạng của nó vào inbox.code_patterns.";
        en: "This is no dossier code by inbox.code_patterns; a cover sheet with it would not part dossiers.", "Check the code; if it is right, add its form to inbox.code_patterns.";
    }
    FileUnwritable {
        vi: "Không ghi được tệp kết quả.", "Kiểm tra đường dẫn, quyền ghi và chỗ trống của ổ đĩa, rồi chạy lại.";
        en: "The output file cannot be written.", "Check the path, the right to write there and the room on the disk, and run again.";
    }
    PageSensitive {
        vi: "Trang có thẻ căn cước: chỉ vẽ ảnh khi được yêu cầu rõ.", "Thêm --sensitive nếu thật sự cần, và xóa ảnh sau khi xem.";
        en: "The page shows an identity card: its picture is drawn only where that is asked for.", "Add --sensitive if it has to be, and remove the picture afterwards.";
    }
    NotFound {
        vi: "Không có mục này trong kho dữ liệu.", "Kiểm tra mã; 'sohoa search' giúp tìm hồ sơ.";
        en: "The repository holds no such item.", "Check the code; 'sohoa search' helps to find dossiers.";
    }
    AccountExists {
        vi: "Đã có tài khoản mang tên này.", "Chọn tên khác, hoặc đổi mật khẩu của tài khoản đó bằng 'sohoa user password'.";
        en: "There is an account of this name already.", "Choose another name, or change the password of that account with 'sohoa user password'.";
    }
    AccountNameInvalid {
        vi: "Tên đăng nhập không hợp lệ.", "Chỉ dùng chữ cái không dấu, chữ số, dấu chấm, gạch nối và gạch dưới.";
        en: "The user name is not valid.", "Use letters without marks, digits, dots, hyphens and underscores only.";
    }
    PasswordUnfit {
        vi: "Mật khẩu không dùng được.", "Chọn mật khẩu dài hơn, chẳng hạn bốn từ bất kỳ.";
        en: "The password cannot be used.", "Choose a longer one, such as four words at random.";
    }
    AddressUnavailable {
        vi: "Không mở được địa chỉ cho trang làm việc.", "Chọn cổng khác bằng --listen, hoặc dừng chương trình đang dùng cổng này.";
        en: "The address for the console cannot be opened.", "Choose another port with --listen, or stop the program that uses it.";
    }
    CertificateUnusable {
        vi: "Không dùng được chứng thư TLS của trang làm việc.", "Kiểm tra console.tls_certificate và console.tls_key: tệp PEM mà tài khoản chạy Sohoa đọc được, chứng thư và khóa phải là một cặp.";
        en: "The certificate of the console cannot be used.", "Check console.tls_certificate and console.tls_key: PEM files that the account of Sohoa can read, a certificate and its own key.";
    }
    MailNotSent {
        vi: "Không gửi được thư.", "Kiểm tra [mail] trong cấu hình và máy chủ thư; đêm xử lý không phụ thuộc vào thư, gửi lại bằng 'sohoa digest --send'.";
        en: "The letter was not sent.", "Check [mail] in the settings and the mail server; no night depends on it, and 'sohoa digest --send' sends it again.";
    }
    SignInRequired {
        vi: "Cần đăng nhập.", "Đăng nhập, hoặc gửi kèm mã truy cập API còn hiệu lực.";
        en: "It takes signing in.", "Sign in, or send a token for the API that is valid.";
    }
    NotPermitted {
        vi: "Tài khoản không có quyền này.", "Hãy liên hệ quản trị viên.";
        en: "The account has not this right.", "Ask an administrator.";
    }
    RequestInvalid {
        vi: "Yêu cầu không hợp lệ.", "Mở lại trang rồi thử lần nữa; với API, xem /api/v1/openapi.json.";
        en: "The request is not valid.", "Open the page again and try once more; for the API see /api/v1/openapi.json.";
    }
    TooManyAttempts {
        vi: "Đăng nhập sai nhiều lần; phải chờ trước khi thử lại.", "Chờ hết thời gian được nêu rồi thử lại.";
        en: "Signing in failed too often; it takes a while before the next try.", "Wait for the time named and try again.";
    }
    SignInRefused {
        vi: "Dịch vụ đăng nhập không xác nhận được tài khoản này.", "Đăng nhập lại; nếu vẫn vậy, hãy liên hệ quản trị viên: tài khoản có thể chưa được gán vai trò.";
        en: "The sign-in service does not vouch for this account.", "Sign in again; if it stays so, ask an administrator: the account may have no role here.";
    }
    SignInServiceUnavailable {
        vi: "Dịch vụ đăng nhập không trả lời.", "Thử lại sau ít phút; nếu vẫn vậy, hãy báo quản trị viên.";
        en: "The sign-in service does not answer.", "Try again in some minutes; if it stays so, tell an administrator.";
    }
    AnswerLate {
        vi: "Máy chủ chưa trả lời kịp; việc đã gửi có thể vẫn đang được thực hiện.", "Mở lại trang để xem việc đó đã xong chưa, rồi mới làm lại.";
        en: "The answer took too long; what was asked may still be carried out.", "Look again whether it was done before you do it once more.";
    }
    ServerBusy {
        vi: "Máy chủ đang bận.", "Thử lại sau giây lát.";
        en: "The server is busy.", "Try again in a moment.";
    }
    LedgerUnbalanced {
        vi: "Sổ đối soát không cân: có trang chưa rõ kết cục.", "Giữ nguyên hộp đến và kho, rồi báo cho nhà phát triển.";
        en: "The ledger does not balance: some pages have no known outcome.", "Leave inbox and repository as they are and report it to the developers.";
    }
}
